import { refusals } from '../refusals.js';
import type { FaceDetail } from '../shapes.js';
import { dot, similarityOf } from '../similarity.js';
import { object, withDefault } from './fields.js';
import { facesOf, imageBytes, largestFace, withLandmarks } from './images.js';
import { operation } from './operation.js';
import { image, percentage, qualityFilter } from './shared-fields.js';

/** "compares ... with each of the 100 largest faces detected in the target input image". */
const MAX_TARGETS = 100;

/**
 * "If no faces are detected in the source or target images, CompareFaces returns an InvalidParameterException error."
 * https://docs.aws.amazon.com/rekognition/latest/APIReference/API_CompareFaces.html
 */
export const compareFaces = operation(
  object({
    SourceImage: image,
    TargetImage: image,
    SimilarityThreshold: withDefault(percentage, 80),
    QualityFilter: withDefault(qualityFilter, 'NONE'),
  }),
  async (context, { SourceImage, TargetImage, SimilarityThreshold, QualityFilter }) => {
    const images = await Promise.all([imageBytes(context, SourceImage), imageBytes(context, TargetImage)]);
    const wanted = { attributes: [], vectors: MAX_TARGETS, filter: QualityFilter };
    const [source, targets] = await Promise.all([
      largestFace(context, images[0], QualityFilter),
      facesOf(context, images[1], wanted),
    ]);
    if (!source || targets.length === 0) throw refusals.invalidParameter();

    const compared = targets.flatMap(({ detail, vector }) => {
      if (!vector) return []; // "Filtered faces aren't compared."
      return [{ Similarity: similarityOf(dot(source.vector, vector)), Face: withLandmarks(detail, []) }];
    });
    const matches = compared.filter(({ Similarity }) => Similarity >= SimilarityThreshold);
    return {
      SourceImageFace: sourceFace(source.detail),
      FaceMatches: matches.sort((a, b) => b.Similarity - a.Similarity),
      UnmatchedFaces: compared.filter((face) => !matches.includes(face)).map(({ Face }) => Face),
    };
  },
);

function sourceFace({ BoundingBox, Confidence }: FaceDetail): object {
  return { BoundingBox, Confidence };
}

import { createHash, randomUUID } from 'node:crypto';
import type { NewFace } from '../collections/collection.js';
import type { Face } from '../engine/face-engine.js';
import { collectionOf } from './context.js';
import { faceShape } from './face-shape.js';
import { integer, object, optional, withDefault } from './fields.js';
import { attributesWanted, facesOf, imageBytes, withLandmarks } from './images.js';
import { operation } from './operation.js';
import { attributes, collectionId, externalImageId, image, qualityFilter } from './shared-fields.js';

/** "IndexFaces returns no more than 100 detected faces in an image, even if you specify a larger value for MaxFaces." */
const MAX_FACES = 100;

/**
 * Faces that the filter holds back go first, then the smallest beyond MaxFaces; an image without a face is no error. "If
 * you specify the same image, collection and external ID, IndexFaces doesn't save duplicate face metadata": the face that
 * is known is named again. https://docs.aws.amazon.com/rekognition/latest/APIReference/API_IndexFaces.html
 */
export const indexFaces = operation(
  object({
    CollectionId: collectionId,
    Image: image,
    ExternalImageId: optional(externalImageId),
    DetectionAttributes: withDefault(attributes, []),
    MaxFaces: withDefault(integer({ min: 1 }), MAX_FACES),
    QualityFilter: withDefault(qualityFilter, 'AUTO'),
  }),
  async (context, { CollectionId, Image, ExternalImageId, DetectionAttributes, MaxFaces, QualityFilter }) => {
    collectionOf(context, CollectionId);
    const bytes = await imageBytes(context, Image);
    const faces = await facesOf(context, bytes, {
      attributes: attributesWanted(DetectionAttributes),
      vectors: Math.min(MaxFaces, MAX_FACES),
      filter: QualityFilter,
    });

    const imageHash = createHash('sha256').update(bytes).digest('base64').slice(0, 22);
    const imageId = randomUUID();
    const collection = collectionOf(context, CollectionId); // again: it may have been deleted meanwhile
    const indexed = faces.filter(({ vector }) => vector !== undefined);
    const { duplicateRule } = context.faults.settings().rekognition;
    const stored = await collection.add(
      indexed.map((face) => newFace(face, { imageId, imageHash, externalImageId: ExternalImageId })),
      { duplicateRule },
    );

    const { faceModelVersion } = collection.metadata;
    return {
      FaceRecords: indexed.map(({ detail }, i) => ({
        Face: faceShape(stored[i] as NewFace['face'], faceModelVersion),
        FaceDetail: withLandmarks(detail, DetectionAttributes),
      })),
      FaceModelVersion: faceModelVersion,
      UnindexedFaces: faces
        .filter(({ vector }) => vector === undefined)
        .map(({ detail, reasons }) => ({
          Reasons: reasons.length > 0 ? reasons : ['EXCEEDS_MAX_FACES'],
          FaceDetail: withLandmarks(detail, DetectionAttributes),
        })),
    };
  },
);

function newFace(
  { detail, vector }: Face,
  { externalImageId, ...image }: { imageId: string; imageHash: string; externalImageId: string | undefined },
): NewFace {
  return {
    face: {
      faceId: randomUUID(),
      ...image,
      ...(externalImageId === undefined ? {} : { externalImageId }),
      boundingBox: detail.BoundingBox,
      confidence: detail.Confidence,
      indexedAt: Date.now(),
    },
    vector: vector as Float32Array,
  };
}

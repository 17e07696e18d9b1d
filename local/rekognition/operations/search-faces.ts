import { refusals } from '../refusals.js';
import { cosineOf } from '../similarity.js';
import { collectionOf, visibility } from './context.js';
import { matchShape } from './face-shape.js';
import { object, withDefault } from './fields.js';
import { imageBytes, largestFace } from './images.js';
import { operation } from './operation.js';
import { collectionId, image, percentage, qualityFilter, searchedFaces, uuid } from './shared-fields.js';

/** Not documented; large enough that nobody meets it by accident. */
const DEFAULT_MAX_FACES = 80;

const limits = {
  MaxFaces: withDefault(searchedFaces, DEFAULT_MAX_FACES),
  FaceMatchThreshold: withDefault(percentage, 80),
};

/**
 * A face that was indexed a moment ago may not be there yet: InvalidParameterException, as the real service answers.
 * https://docs.aws.amazon.com/rekognition/latest/APIReference/API_SearchFaces.html
 */
export const searchFaces = operation(
  object({ CollectionId: collectionId, FaceId: uuid, ...limits }),
  async (context, { CollectionId, FaceId, MaxFaces, FaceMatchThreshold }) => {
    const collection = collectionOf(context, CollectionId);
    const shown = visibility(context);
    const found = collection.find(FaceId, shown);
    if (!found) throw refusals.faceNotFound();
    const matches = await collection.search(found.vector, {
      minimum: cosineOf(FaceMatchThreshold),
      limit: MaxFaces,
      except: FaceId,
      ...shown,
    });
    const { faceModelVersion } = collection.metadata;
    return {
      SearchedFaceId: FaceId,
      FaceMatches: matches.map((match) => matchShape(match, faceModelVersion)),
      FaceModelVersion: faceModelVersion,
    };
  },
);

/** https://docs.aws.amazon.com/rekognition/latest/APIReference/API_SearchFacesByImage.html */
export const searchFacesByImage = operation(
  object({
    CollectionId: collectionId,
    Image: image,
    QualityFilter: withDefault(qualityFilter, 'NONE'),
    ...limits,
  }),
  async (context, { CollectionId, Image, MaxFaces, FaceMatchThreshold, QualityFilter }) => {
    collectionOf(context, CollectionId);
    const face = await largestFace(context, await imageBytes(context, Image), QualityFilter);
    if (!face) throw refusals.noFaces();
    const collection = collectionOf(context, CollectionId); // again: it may have been deleted meanwhile
    const matches = await collection.search(face.vector, {
      minimum: cosineOf(FaceMatchThreshold),
      limit: MaxFaces,
      ...visibility(context),
    });
    const { faceModelVersion } = collection.metadata;
    return {
      SearchedFaceBoundingBox: face.detail.BoundingBox,
      SearchedFaceConfidence: face.detail.Confidence,
      FaceMatches: matches.map((match) => matchShape(match, faceModelVersion)),
      FaceModelVersion: faceModelVersion,
    };
  },
);

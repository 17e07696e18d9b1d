import type { Match } from '../collections/collection.js';
import type { FaceMetadata } from '../collections/records.js';
import { similarityOf } from '../similarity.js';

/** A stored face as it goes over the wire. */
export function faceShape(face: FaceMetadata, faceModelVersion: string): object {
  return {
    FaceId: face.faceId,
    BoundingBox: face.boundingBox,
    ImageId: face.imageId,
    ...(face.externalImageId === undefined ? {} : { ExternalImageId: face.externalImageId }),
    Confidence: face.confidence,
    IndexFacesModelVersion: faceModelVersion,
  };
}

/** A match as it goes over the wire. */
export function matchShape({ face, cosine }: Match, faceModelVersion: string): object {
  return { Similarity: similarityOf(cosine), Face: faceShape(face, faceModelVersion) };
}

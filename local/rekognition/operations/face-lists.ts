import { collectionOf, visibility } from './context.js';
import { faceShape } from './face-shape.js';
import { object, optional } from './fields.js';
import { operation } from './operation.js';
import { positionOf, tokenFor } from './pagination.js';
import { collectionId, faceIds, pageSize, token, userId } from './shared-fields.js';

/** Most faces on a page, and as many as without MaxResults. */
const PAGE = 4096;

/** https://docs.aws.amazon.com/rekognition/latest/APIReference/API_ListFaces.html */
export const listFaces = operation(
  object({
    CollectionId: collectionId,
    NextToken: optional(token),
    MaxResults: optional(pageSize),
    UserId: optional(userId),
    FaceIds: optional(faceIds),
  }),
  (context, { CollectionId, NextToken, MaxResults, UserId, FaceIds }) => {
    const collection = collectionOf(context, CollectionId);
    const { faceModelVersion } = collection.metadata;
    const from = positionOf(CollectionId, NextToken);
    const shown = visibility(context);
    if (UserId !== undefined) return { Faces: [], FaceModelVersion: faceModelVersion }; // the twin has no users
    if (FaceIds) {
      const faces = FaceIds.flatMap((id) => collection.find(id, shown)?.face ?? []);
      return {
        Faces: faces.map((face) => faceShape(face, faceModelVersion)),
        FaceModelVersion: faceModelVersion,
      };
    }
    const { faces, next } = collection.page(from, MaxResults || PAGE, shown);
    return {
      Faces: faces.map((face) => faceShape(face, faceModelVersion)),
      ...(next === undefined ? {} : { NextToken: tokenFor(CollectionId, next) }),
      FaceModelVersion: faceModelVersion,
    };
  },
);

/** https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DeleteFaces.html */
export const deleteFaces = operation(
  object({ CollectionId: collectionId, FaceIds: faceIds }),
  async (context, { CollectionId, FaceIds }) => {
    const wanted = [...new Set(FaceIds)];
    const deleted = await collectionOf(context, CollectionId).remove(wanted);
    const gone = new Set(deleted);
    return {
      DeletedFaces: deleted,
      UnsuccessfulFaceDeletions: wanted
        .filter((id) => !gone.has(id))
        .map((FaceId) => ({ FaceId, Reasons: ['FACE_NOT_FOUND'] })),
    };
  },
);

import { refusals } from '../refusals.js';
import { arnOf, checkTagCount } from './arns.js';
import { collectionOf } from './context.js';
import { dictionary, object, optional, withDefault } from './fields.js';
import { operation } from './operation.js';
import { positionOf, tokenFor } from './pagination.js';
import { collectionId, pageSize, tagKey, tagValue, token } from './shared-fields.js';

/** https://docs.aws.amazon.com/rekognition/latest/APIReference/API_CreateCollection.html */
export const createCollection = operation(
  object({ CollectionId: collectionId, Tags: withDefault(dictionary(tagKey, tagValue), {}) }),
  async (context, { CollectionId, Tags }) => {
    checkTagCount(Tags);
    const { faceModelVersion } = context;
    const created = await context.collections.create(CollectionId, { faceModelVersion });
    if (!created) throw refusals.collectionExists(CollectionId);
    if (Object.keys(Tags).length > 0) await created.tag(Tags);
    // Without "arn:", as the real service answers here and nowhere else.
    const CollectionArn = arnOf(context, CollectionId).slice('arn:'.length);
    return { StatusCode: 200, CollectionArn, FaceModelVersion: faceModelVersion };
  },
);

/** https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DescribeCollection.html */
export const describeCollection = operation(
  object({ CollectionId: collectionId }),
  (context, { CollectionId }) => {
    const { faceCount, metadata } = collectionOf(context, CollectionId);
    return {
      FaceCount: faceCount,
      FaceModelVersion: metadata.faceModelVersion,
      CollectionARN: arnOf(context, CollectionId),
      CreationTimestamp: metadata.createdAt / 1000,
      UserCount: 0,
    };
  },
);

/** https://docs.aws.amazon.com/rekognition/latest/APIReference/API_ListCollections.html */
export const listCollections = operation(
  object({ NextToken: optional(token), MaxResults: optional(pageSize) }),
  ({ collections }, { NextToken, MaxResults }) => {
    const all = collections.list();
    const from = positionOf('', NextToken);
    const to = from + (MaxResults || 4096);
    const page = all.slice(from, to).map(({ metadata }) => metadata);
    return {
      CollectionIds: page.map(({ id }) => id),
      FaceModelVersions: page.map(({ faceModelVersion }) => faceModelVersion),
      ...(to < all.length ? { NextToken: tokenFor('', to) } : {}),
    };
  },
);

/** https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DeleteCollection.html */
export const deleteCollection = operation(
  object({ CollectionId: collectionId }),
  async (context, { CollectionId }) => {
    if (!(await context.collections.delete(CollectionId))) throw refusals.collectionNotFound(CollectionId);
    return { StatusCode: 200 };
  },
);

import { checkTagCount, collectionOfArn } from './arns.js';
import { dictionary, list, object } from './fields.js';
import { operation } from './operation.js';
import { resourceArn, tagKey, tagValue } from './shared-fields.js';

/** https://docs.aws.amazon.com/rekognition/latest/APIReference/API_TagResource.html */
export const tagResource = operation(
  object({ ResourceArn: resourceArn, Tags: dictionary(tagKey, tagValue) }),
  async (context, { ResourceArn, Tags }) => {
    const collection = collectionOfArn(context, ResourceArn);
    const tags = { ...collection.tags, ...Tags };
    checkTagCount(tags);
    await collection.tag(tags);
    return {};
  },
);

/** https://docs.aws.amazon.com/rekognition/latest/APIReference/API_UntagResource.html */
export const untagResource = operation(
  object({ ResourceArn: resourceArn, TagKeys: list(tagKey, { max: 200 }) }),
  async (context, { ResourceArn, TagKeys }) => {
    const collection = collectionOfArn(context, ResourceArn);
    const kept = Object.entries(collection.tags).filter(([key]) => !TagKeys.includes(key));
    await collection.tag(Object.fromEntries(kept));
    return {};
  },
);

/** https://docs.aws.amazon.com/rekognition/latest/APIReference/API_ListTagsForResource.html */
export const listTagsForResource = operation(
  object({ ResourceArn: resourceArn }),
  (context, { ResourceArn }) => ({
    Tags: collectionOfArn(context, ResourceArn).tags,
  }),
);

import { checkedTags } from '../attributes.js';
import { decodePayload } from '../payload.js';
import { versionOrThrow } from '../read-version.js';
import type { S3Request, S3Response } from '../request.js';
import type { Store } from '../store.js';
import { changeVersion } from '../write-version.js';
import { childNodes, childText, parseXml, type XmlNode, xmlDocument } from '../xml.js';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html */
export async function getObjectTagging(store: Store, request: S3Request): Promise<S3Response> {
  const version = await versionOrThrow(store, request.bucket, request.key, request.query.get('versionId'));
  const tags = Object.entries(version.tags).map(([Key, Value]) => ({ Key, Value }));
  return { status: 200, body: xmlDocument('Tagging', { TagSet: { Tag: tags } }) };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html */
export async function putObjectTagging(store: Store, request: S3Request): Promise<S3Response> {
  const root = parseXml(decodePayload(request).data, 'Tagging', ['Tag']);
  const tags = childNodes(root.TagSet as XmlNode | undefined, 'Tag').map(
    (tag) => [childText(tag, 'Key') ?? '', childText(tag, 'Value') ?? ''] as [string, string],
  );
  await changeVersion(store, request.bucket, request.key, request.query.get('versionId'), {
    tags: checkedTags(tags),
  });
  return { status: 200 };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjectTagging.html */
export async function deleteObjectTagging(store: Store, request: S3Request): Promise<S3Response> {
  await changeVersion(store, request.bucket, request.key, request.query.get('versionId'), { tags: {} });
  return { status: 204 };
}

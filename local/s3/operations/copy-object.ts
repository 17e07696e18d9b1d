import { attributesOf, encryptionHeaders, versionHeaders } from '../attributes.js';
import { writeCondition } from '../conditions.js';
import { copySource } from '../copy-source.js';
import { s3Error } from '../errors.js';
import { openVersion } from '../read-version.js';
import type { S3Request, S3Response } from '../request.js';
import { bucketOrThrow, type Store } from '../store.js';
import { putVersion } from '../write-version.js';
import { xmlDocument } from '../xml.js';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
export async function copyObject(store: Store, request: S3Request): Promise<S3Response> {
  const { headers } = request;
  const source = copySource(headers['x-amz-copy-source'] ?? '');
  const target = await bucketOrThrow(store, request.bucket);
  const own = attributesOf(headers, target);
  const condition = writeCondition(headers);
  const replaceMetadata = headers['x-amz-metadata-directive'] === 'REPLACE';
  const replaceTags = headers['x-amz-tagging-directive'] === 'REPLACE';
  if (
    source.bucket === request.bucket &&
    source.key === request.key &&
    !source.versionId &&
    !replaceMetadata
  ) {
    throw s3Error(
      'InvalidRequest',
      'This copy request is illegal because it is trying to copy an object to itself without changing its metadata.',
    );
  }
  const { version: from, content } = await openVersion(store, source.bucket, source.key, source.versionId);
  const match = headers['x-amz-copy-source-if-match'];
  if (match !== undefined && match.replaceAll('"', '') !== from.etag) {
    await content.close();
    throw s3Error('PreconditionFailed');
  }
  const { bucket, version } = await putVersion(
    store,
    request.bucket,
    request.key,
    {
      headers: replaceMetadata ? own.headers : from.headers,
      metadata: replaceMetadata ? own.metadata : from.metadata,
      tags: replaceTags ? own.tags : from.tags,
      encryption: own.encryption,
      blob: await store.blobs.write(content.createReadStream()),
      size: from.size,
      etag: from.etag,
      checksums: from.checksums,
    },
    condition,
  );
  const sourceBucket = await bucketOrThrow(store, source.bucket);
  return {
    status: 200,
    headers: {
      ...encryptionHeaders(version),
      ...versionHeaders(version, bucket),
      'x-amz-copy-source-version-id': sourceBucket.versioning && from.versionId,
    },
    body: xmlDocument('CopyObjectResult', {
      LastModified: new Date(version.modifiedAt).toISOString(),
      ETag: `"${version.etag}"`,
    }),
  };
}

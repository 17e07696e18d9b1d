import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  attributesOf,
  checkedTags,
  checksumHeaders,
  encryptionHeaders,
  objectHeaders,
  versionHeaders,
} from '../attributes.js';
import { isNotModified, writeCondition } from '../conditions.js';
import { s3Error } from '../errors.js';
import { decodePayload } from '../payload.js';
import { readRange } from '../range.js';
import type { S3Request, S3Response } from '../request.js';
import {
  bucketOrThrow,
  changeVersion,
  deleteVersion,
  openVersion,
  putVersion,
  type Store,
  versionOrThrow,
} from '../store.js';
import { childNodes, childText, parseXml, type XmlNode, xmlDocument } from '../xml.js';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export async function putObject(store: Store, request: S3Request): Promise<S3Response> {
  const { data, checksums } = decodePayload(request);
  const attributes = attributesOf(request.headers, await bucketOrThrow(store, request.bucket));
  const condition = writeCondition(request.headers);
  const { bucket, version } = await putVersion(
    store,
    request.bucket,
    request.key,
    {
      ...attributes,
      blob: await store.blobs.write(data),
      size: data.length,
      etag: createHash('md5').update(data).digest('hex'),
      checksums: { values: checksums },
    },
    condition,
  );
  return {
    status: 200,
    headers: {
      etag: `"${version.etag}"`,
      ...encryptionHeaders(version),
      ...checksumHeaders(version),
      ...versionHeaders(version, bucket),
    },
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html; one range, conditions, response-* overrides. */
export async function getObject(store: Store, request: S3Request): Promise<S3Response> {
  const { bucket: bucketName, key, query } = request;
  const bucket = await bucketOrThrow(store, bucketName);
  const { version, content } = await openVersion(store, bucketName, key, query.get('versionId'));
  try {
    const range = readRange(request.headers.range, version.size);
    const headers = headersOf(request, objectHeaders(version, bucket, query), version, range !== undefined);
    if (isNotModified(version, request.headers)) {
      await content.close();
      return notModified(headers);
    }
    if (version.size === 0) {
      await content.close();
      return { status: 200, headers: { ...headers, 'content-length': 0 } };
    }
    const { start, end } = range ?? { start: 0, end: version.size - 1 };
    const body = content.createReadStream({ start, end });
    const length = { 'content-length': end - start + 1 };
    if (!range) return { status: 200, headers: { ...headers, ...length }, body };
    const contentRange = `bytes ${start}-${end}/${version.size}`;
    return { status: 206, headers: { ...headers, ...length, 'content-range': contentRange }, body };
  } catch (error) {
    await content.close();
    throw error;
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
export async function headObject(store: Store, request: S3Request): Promise<S3Response> {
  const bucket = await bucketOrThrow(store, request.bucket);
  const version = await versionOrThrow(store, request.bucket, request.key, request.query.get('versionId'));
  const headers = headersOf(request, objectHeaders(version, bucket, request.query), version, false);
  if (isNotModified(version, request.headers)) return notModified(headers);
  return { status: 200, headers: { ...headers, 'content-length': version.size } };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
export async function deleteObject(store: Store, request: S3Request): Promise<S3Response> {
  const match = request.headers['if-match'];
  const condition = match === undefined ? undefined : writeCondition({ 'if-match': match });
  const deletion = await deleteVersion(
    store,
    request.bucket,
    request.key,
    request.query.get('versionId'),
    condition,
  );
  return {
    status: 204,
    headers: {
      'x-amz-version-id': deletion.versionId,
      'x-amz-delete-marker': deletion.deleteMarker && 'true',
    },
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html; up to 1,000 keys. */
export async function deleteObjects(store: Store, request: S3Request): Promise<S3Response> {
  await bucketOrThrow(store, request.bucket);
  const root = parseXml(decodePayload(request).data, 'Delete', ['Object']);
  const objects = childNodes(root, 'Object');
  if (objects.length === 0 || objects.length > 1000) throw s3Error('MalformedXML');
  const deleted = [];
  for (const object of objects) {
    const Key = childText(object, 'Key') ?? '';
    const versionId = childText(object, 'VersionId');
    const deletion = await deleteVersion(store, request.bucket, Key, versionId);
    deleted.push({
      Key,
      VersionId: versionId,
      DeleteMarker: deletion.deleteMarker,
      DeleteMarkerVersionId: deletion.deleteMarker && deletion.versionId,
    });
  }
  const quiet = childText(root, 'Quiet') === 'true';
  return { status: 200, body: xmlDocument('DeleteResult', quiet ? {} : { Deleted: deleted }) };
}

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

/** Checksums only where the client asked, and never for a part of the object: the SDK would check the part against them. */
function headersOf(
  request: S3Request,
  headers: Record<string, string | number | undefined>,
  version: Parameters<typeof checksumHeaders>[0],
  partial: boolean,
): Record<string, string | number | undefined> {
  const wanted = request.headers['x-amz-checksum-mode']?.toUpperCase() === 'ENABLED' && !partial;
  return wanted ? { ...headers, ...checksumHeaders(version) } : headers;
}

function notModified({ etag, ...headers }: Record<string, string | number | undefined>): S3Response {
  return { status: 304, headers: { etag, 'last-modified': headers['last-modified'] } };
}

/** `[/]bucket/key[?versionId=id]`, percent-encoded. */
function copySource(header: string): { bucket: string; key: string; versionId?: string } {
  const [path = '', query] = header.split('?versionId=');
  const plain = decodeURIComponent(path).replace(/^\//, '');
  const slash = plain.indexOf('/');
  if (slash <= 0) throw s3Error('InvalidArgument', 'x-amz-copy-source must be <bucket>/<key>.');
  return {
    bucket: plain.slice(0, slash),
    key: plain.slice(slash + 1),
    ...(query && { versionId: decodeURIComponent(query) }),
  };
}

/** An object's content for whoever reads from inside the twin. Throws as GetObject does. */
export async function readContent(
  store: Store,
  bucket: string,
  key: string,
  versionId?: string,
): Promise<Buffer> {
  const { content } = await openVersion(store, bucket, key, versionId);
  try {
    return await content.readFile();
  } finally {
    await content.close();
  }
}

/** A stream as the SDKs' bodies are; exported for multipart's concatenation. */
export function concatenated(store: Store, blobs: string[]): Readable {
  return Readable.from(
    (async function* () {
      for (const blob of blobs) yield* (await store.blobs.open(blob)).createReadStream();
    })(),
    { objectMode: false },
  );
}

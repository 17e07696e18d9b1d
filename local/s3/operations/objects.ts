import { createHash } from 'node:crypto';
import {
  attributesOf,
  checksumHeaders,
  encryptionHeaders,
  objectHeaders,
  versionHeaders,
} from '../attributes.js';
import { isNotModified, writeCondition } from '../conditions.js';
import { s3Error } from '../errors.js';
import { decodePayload } from '../payload.js';
import { readRange } from '../range.js';
import { openVersion, versionOrThrow } from '../read-version.js';
import type { S3Request, S3Response } from '../request.js';
import { bucketOrThrow, type Store } from '../store.js';
import { deleteVersion, putVersion } from '../write-version.js';
import { childNodes, childText, parseXml, xmlDocument } from '../xml.js';

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

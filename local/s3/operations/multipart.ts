import { createHash, randomBytes } from 'node:crypto';
import { attributesOf, checksumHeaders, encryptionHeaders } from '../attributes.js';
import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm, checksumOf } from '../checksums.js';
import { copySource } from '../copy-source.js';
import { s3Error } from '../errors.js';
import { type Part, type Upload, uploadKey } from '../metadata.js';
import { decodePayload } from '../payload.js';
import { readRange } from '../range.js';
import { openVersion } from '../read-version.js';
import type { S3Request, S3Response } from '../request.js';
import { bucketOrThrow, type Store } from '../store.js';
import { discard, partsOf, putPart, uploadOrThrow } from '../uploads.js';
import { xmlDocument } from '../xml.js';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_PARTS = 10_000;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html */
export async function createMultipartUpload(store: Store, request: S3Request): Promise<S3Response> {
  const { bucket, key, headers } = request;
  const attributes = attributesOf(headers, await bucketOrThrow(store, bucket));
  const algorithm = checksumAlgorithm(headers['x-amz-checksum-algorithm']);
  const checksumType = headers['x-amz-checksum-type'] === 'FULL_OBJECT' ? 'FULL_OBJECT' : 'COMPOSITE';
  const upload: Upload = {
    bucket,
    key,
    id: randomBytes(24).toString('base64url'),
    startedAt: Date.now(),
    attributes,
    ...(algorithm && { algorithm, checksumType: algorithm === 'crc64nvme' ? 'FULL_OBJECT' : checksumType }),
  };
  await store.metadata.uploads.put(uploadKey(bucket, upload.id), upload);
  return {
    status: 200,
    headers: {
      ...encryptionHeaders(attributes),
      'x-amz-checksum-algorithm': algorithm?.toUpperCase(),
      'x-amz-checksum-type': upload.checksumType,
    },
    body: xmlDocument('InitiateMultipartUploadResult', { Bucket: bucket, Key: key, UploadId: upload.id }),
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html; a part sent twice replaces the first. */
export async function uploadPart(store: Store, request: S3Request): Promise<S3Response> {
  const upload = await uploadOrThrow(store, request);
  const { data, checksums } = decodePayload(request);
  const part = await storePart(store, upload, request, data, checksums);
  return {
    status: 200,
    headers: {
      etag: `"${part.etag}"`,
      ...encryptionHeaders(upload.attributes),
      ...checksumHeaders({ checksums: { values: checksums } }),
    },
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html: what `aws s3 cp` does with large objects. */
export async function uploadPartCopy(store: Store, request: S3Request): Promise<S3Response> {
  const upload = await uploadOrThrow(store, request);
  const source = copySource(request.headers['x-amz-copy-source'] ?? '');
  const { version, content } = await openVersion(store, source.bucket, source.key, source.versionId);
  try {
    const range = readRange(request.headers['x-amz-copy-source-range'], version.size);
    const { start, end } = range ?? { start: 0, end: version.size - 1 };
    const data = Buffer.alloc(end - start + 1);
    await content.read(data, 0, data.length, start);
    const part = await storePart(store, upload, request, data, {});
    const body = xmlDocument('CopyPartResult', {
      LastModified: new Date(part.modifiedAt).toISOString(),
      ETag: `"${part.etag}"`,
    });
    return { status: 200, body };
  } finally {
    await content.close();
  }
}

async function storePart(
  store: Store,
  upload: Upload,
  request: S3Request,
  data: Buffer,
  checksums: Part['checksums'],
): Promise<Part> {
  const number = Number(request.query.get('partNumber'));
  if (!Number.isInteger(number) || number < 1 || number > MAX_PARTS) {
    throw s3Error('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive');
  }
  if (upload.algorithm) checksums[upload.algorithm] ??= checksumOf(upload.algorithm, data);
  const part: Part = {
    number,
    blob: await store.blobs.write(data),
    size: data.length,
    etag: createHash('md5').update(data).digest('hex'),
    modifiedAt: Date.now(),
    checksums,
  };
  await putPart(store, upload, part);
  return part;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html */
export async function abortMultipartUpload(store: Store, request: S3Request): Promise<S3Response> {
  const upload = await uploadOrThrow(store, request);
  await store.locks.hold(`upload ${upload.id}`, async () =>
    discard(store, upload, await partsOf(store, upload.id)),
  );
  return { status: 204 };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html, all at once. */
export async function listParts(store: Store, request: S3Request): Promise<S3Response> {
  const upload = await uploadOrThrow(store, request);
  const parts = await partsOf(store, upload.id);
  return {
    status: 200,
    body: xmlDocument('ListPartsResult', {
      Bucket: upload.bucket,
      Key: upload.key,
      UploadId: upload.id,
      IsTruncated: false,
      Part: parts.map((part) => ({
        PartNumber: part.number,
        LastModified: new Date(part.modifiedAt).toISOString(),
        ETag: `"${part.etag}"`,
        Size: part.size,
      })),
    }),
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html, all at once. */
export async function listMultipartUploads(store: Store, request: S3Request): Promise<S3Response> {
  await bucketOrThrow(store, request.bucket);
  const prefix = request.query.get('prefix') ?? '';
  const range = { gte: uploadKey(request.bucket, ''), lt: `${request.bucket}\x01` };
  const uploads = (await store.metadata.uploads.values(range).all()).filter(({ key }) =>
    key.startsWith(prefix),
  );
  return {
    status: 200,
    body: xmlDocument('ListMultipartUploadsResult', {
      Bucket: request.bucket,
      IsTruncated: false,
      Upload: uploads.map(({ key, id, startedAt }) => ({
        Key: key,
        UploadId: id,
        Initiated: new Date(startedAt).toISOString(),
      })),
    }),
  };
}

function checksumAlgorithm(header: string | undefined): ChecksumAlgorithm | undefined {
  const name = header?.toLowerCase();
  const known = CHECKSUM_ALGORITHMS.find((algorithm) => algorithm === name);
  if (name !== undefined && !known) {
    throw s3Error('InvalidRequest', `Checksum algorithm ${header} is not known to the twin.`);
  }
  return known;
}

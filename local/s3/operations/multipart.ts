import { createHash, randomBytes } from 'node:crypto';
import { attributesOf, checksumHeaders, encryptionHeaders, versionHeaders } from '../attributes.js';
import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm, checksumOf, startChecksum } from '../checksums.js';
import { writeCondition } from '../conditions.js';
import { s3Error } from '../errors.js';
import { type Checksums, type Part, partKey, type Upload, uploadKey } from '../metadata.js';
import { decodePayload } from '../payload.js';
import type { S3Request, S3Response } from '../request.js';
import { bucketOrThrow, putVersion, type Store } from '../store.js';
import { childNodes, childText, parseXml, xmlDocument } from '../xml.js';
import { concatenated } from './objects.js';

/** All parts but the last (https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html). */
const MIN_PART_BYTES = 5 * 1024 * 1024;
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
  if (request.headers['x-amz-copy-source']) {
    throw s3Error('NotImplemented', 'The twin does not implement UploadPartCopy.');
  }
  const upload = await uploadOrThrow(store, request);
  const number = Number(request.query.get('partNumber'));
  if (!Number.isInteger(number) || number < 1 || number > MAX_PARTS) {
    throw s3Error('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive');
  }
  const { data, checksums } = decodePayload(request);
  if (upload.algorithm) checksums[upload.algorithm] ??= checksumOf(upload.algorithm, data);
  const part: Part = {
    number,
    blob: await store.blobs.write(data),
    size: data.length,
    etag: createHash('md5').update(data).digest('hex'),
    modifiedAt: Date.now(),
    checksums,
  };
  const key = partKey(upload.id, number);
  await store.locks.hold(`upload ${upload.id}`, async () => {
    const replaced = await store.metadata.parts.get(key);
    await store.metadata.parts.put(key, part);
    if (replaced) await store.blobs.remove(replaced.blob);
  });
  return {
    status: 200,
    headers: {
      etag: `"${part.etag}"`,
      ...encryptionHeaders(upload.attributes),
      ...checksumHeaders({ checksums: { values: checksums } }),
    },
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html */
export async function completeMultipartUpload(store: Store, request: S3Request): Promise<S3Response> {
  const root = parseXml(decodeBody(request), 'CompleteMultipartUpload', ['Part']);
  const wanted = childNodes(root, 'Part').map((part) => ({
    number: Number(childText(part, 'PartNumber')),
    etag: (childText(part, 'ETag') ?? '').replaceAll('"', ''),
  }));
  const upload = await uploadOrThrow(store, request);
  return store.locks.hold(`upload ${upload.id}`, async () => {
    await uploadOrThrow(store, request);
    const uploaded = await partsOf(store, upload.id);
    const parts = chosenParts(wanted, uploaded);
    const blobs = parts.map((part) => part.blob);
    const checksums = await wholeChecksums(store, upload, parts);
    checkDeclared(request, upload, checksums);
    const { bucket, version } = await putVersion(
      store,
      upload.bucket,
      upload.key,
      {
        ...upload.attributes,
        blob: await store.blobs.write(concatenated(store, blobs)),
        size: parts.reduce((sum, part) => sum + part.size, 0),
        etag: `${md5OfMd5s(parts)}-${parts.length}`,
        checksums,
      },
      writeCondition(request.headers),
    );
    await discard(store, upload, uploaded);
    return {
      status: 200,
      headers: { ...encryptionHeaders(version), ...versionHeaders(version, bucket) },
      body: xmlDocument('CompleteMultipartUploadResult', {
        Location: `http://${request.headers.host}/${upload.bucket}/${upload.key}`,
        Bucket: upload.bucket,
        Key: upload.key,
        ETag: `"${version.etag}"`,
        ...Object.fromEntries(
          Object.entries(checksums.values).map(([name, value]) => [`Checksum${name.toUpperCase()}`, value]),
        ),
        ChecksumType: upload.checksumType,
      }),
    };
  });
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

async function uploadOrThrow(store: Store, request: S3Request): Promise<Upload> {
  await bucketOrThrow(store, request.bucket);
  const id = request.query.get('uploadId') ?? '';
  const upload = await store.metadata.uploads.get(uploadKey(request.bucket, id));
  if (upload?.key !== request.key) throw s3Error('NoSuchUpload');
  return upload;
}

/** The x-amz-checksum of this request is the whole object's, not the XML's. */
function decodeBody(request: S3Request): Buffer {
  const headers = Object.entries(request.headers).filter(([name]) => !name.startsWith('x-amz-checksum-'));
  return decodePayload({ ...request, headers: Object.fromEntries(headers) }).data;
}

async function partsOf(store: Store, uploadId: string): Promise<Part[]> {
  return store.metadata.parts.values({ gte: partKey(uploadId, 0), lte: partKey(uploadId, 99_999) }).all();
}

function chosenParts(wanted: { number: number; etag: string }[], uploaded: Part[]): Part[] {
  if (wanted.length === 0) throw s3Error('MalformedXML');
  if (wanted.some((part, index) => part.number <= (wanted[index - 1]?.number ?? 0))) {
    throw s3Error('InvalidPartOrder');
  }
  const parts = wanted.map(({ number, etag }) => {
    const part = uploaded.find((each) => each.number === number);
    if (part?.etag !== etag) throw s3Error('InvalidPart');
    return part;
  });
  if (parts.slice(0, -1).some((part) => part.size < MIN_PART_BYTES)) throw s3Error('EntityTooSmall');
  return parts;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html */
async function wholeChecksums(store: Store, upload: Upload, parts: Part[]): Promise<Checksums> {
  const { algorithm, checksumType } = upload;
  if (!algorithm) return { values: {} };
  const checksum = startChecksum(algorithm);
  if (checksumType === 'COMPOSITE') {
    for (const part of parts) checksum.update(Buffer.from(part.checksums[algorithm] ?? '', 'base64'));
    const value = `${checksum.digest().toString('base64')}-${parts.length}`;
    return { values: { [algorithm]: value }, composite: true };
  }
  for await (const chunk of concatenated(
    store,
    parts.map((part) => part.blob),
  ))
    checksum.update(chunk);
  return { values: { [algorithm]: checksum.digest().toString('base64') } };
}

function checkDeclared(request: S3Request, { algorithm }: Upload, { values }: Checksums): void {
  if (!algorithm) return;
  const declared = request.headers[`x-amz-checksum-${algorithm}`];
  const plain = (value = '') => value.replace(/-\d+$/, '');
  if (declared !== undefined && plain(declared) !== plain(values[algorithm])) throw s3Error('BadDigest');
}

function md5OfMd5s(parts: Part[]): string {
  const hash = createHash('md5');
  for (const part of parts) hash.update(Buffer.from(part.etag, 'hex'));
  return hash.digest('hex');
}

async function discard(store: Store, upload: Upload, parts: Part[]): Promise<void> {
  const batch = store.metadata.level
    .batch()
    .del(uploadKey(upload.bucket, upload.id), { sublevel: store.metadata.uploads });
  for (const { number } of parts) batch.del(partKey(upload.id, number), { sublevel: store.metadata.parts });
  await batch.write();
  for (const { blob } of parts) await store.blobs.remove(blob);
}

function checksumAlgorithm(header: string | undefined): ChecksumAlgorithm | undefined {
  const name = header?.toLowerCase();
  const known = CHECKSUM_ALGORITHMS.find((algorithm) => algorithm === name);
  if (name !== undefined && !known) {
    throw s3Error('InvalidRequest', `Checksum algorithm ${header} is not known to the twin.`);
  }
  return known;
}

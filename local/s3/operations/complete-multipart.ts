import { createHash } from 'node:crypto';
import { encryptionHeaders, versionHeaders } from '../attributes.js';
import { startChecksum } from '../checksums.js';
import { writeCondition } from '../conditions.js';
import { s3Error } from '../errors.js';
import type { Checksums, Part, Upload } from '../metadata.js';
import { decodePayload } from '../payload.js';
import type { S3Request, S3Response } from '../request.js';
import type { Store } from '../store.js';
import { discard, partsOf, uploadOrThrow } from '../uploads.js';
import { putVersion } from '../write-version.js';
import { childNodes, childText, parseXml, xmlDocument } from '../xml.js';

/** All parts but the last (https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html). */
const MIN_PART_BYTES = 5 * 1024 * 1024;

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
    const condition = writeCondition(request.headers);
    const { bucket, version } = await putVersion(
      store,
      upload.bucket,
      upload.key,
      {
        ...upload.attributes,
        blob: await store.blobs.write(store.blobs.concatenated(blobs)),
        size: parts.reduce((sum, part) => sum + part.size, 0),
        etag: `${md5OfMd5s(parts)}-${parts.length}`,
        checksums,
      },
      condition,
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

/** The x-amz-checksum of this request is the whole object's, not the XML's. */
function decodeBody(request: S3Request): Buffer {
  const headers = Object.entries(request.headers).filter(([name]) => !name.startsWith('x-amz-checksum-'));
  return decodePayload({ ...request, headers: Object.fromEntries(headers) }).data;
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
  for await (const chunk of store.blobs.concatenated(parts.map((part) => part.blob))) checksum.update(chunk);
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

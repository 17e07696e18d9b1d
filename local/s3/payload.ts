import { createHash } from 'node:crypto';
import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm, checksumOf } from './checksums.js';
import { s3Error } from './errors.js';
import type { S3Request } from './request.js';

/** A body with its transfer framing removed, and the checksums that came with it and were found right. */
export interface Payload {
  data: Buffer;
  checksums: Partial<Record<ChecksumAlgorithm, string>>;
}

/**
 * Decodes `aws-chunked` framing and verifies Content-MD5 and every x-amz-checksum, in header, trailer or presigned query.
 * Throws BadDigest, InvalidDigest or IncompleteBody. A presigned PUT that was signed with the SDK's default carries the
 * checksum of an empty body and is refused here: sign with `requestChecksumCalculation: 'WHEN_REQUIRED'`.
 */
export function decodePayload(request: S3Request): Payload {
  const { headers } = request;
  const chunked =
    headers['x-amz-content-sha256']?.startsWith('STREAMING-') ||
    /\baws-chunked\b/.test(headers['content-encoding'] ?? '');
  const { data, trailers } = chunked ? dechunked(request.body) : { data: request.body, trailers: {} };
  const announced = headers['x-amz-decoded-content-length'];
  if (chunked && announced !== undefined && Number(announced) !== data.length)
    throw s3Error('IncompleteBody');
  checkMd5(headers['content-md5'], data);
  return { data, checksums: verifiedChecksums({ ...headers, ...trailers }, data) };
}

function verifiedChecksums(fields: Record<string, string | undefined>, data: Buffer): Payload['checksums'] {
  const checksums: Payload['checksums'] = {};
  for (const algorithm of CHECKSUM_ALGORITHMS) {
    const declared = fields[`x-amz-checksum-${algorithm}`];
    if (declared === undefined) continue;
    if (checksumOf(algorithm, data) !== declared) {
      throw s3Error(
        'BadDigest',
        `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`,
      );
    }
    checksums[algorithm] = declared;
  }
  return checksums;
}

function checkMd5(declared: string | undefined, data: Buffer): void {
  if (declared === undefined) return;
  if (Buffer.from(declared, 'base64').length !== 16) throw s3Error('InvalidDigest');
  if (createHash('md5').update(data).digest('base64') !== declared) throw s3Error('BadDigest');
}

/** Chunks `<hex length>[;extension]\r\n<data>\r\n`, a chunk of length 0, then trailers as header lines. */
function dechunked(body: Buffer): { data: Buffer; trailers: Record<string, string> } {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = body.indexOf('\r\n', at);
    const length = lineEnd < 0 ? Number.NaN : Number.parseInt(body.toString('latin1', at, lineEnd), 16);
    if (Number.isNaN(length)) throw s3Error('IncompleteBody');
    at = lineEnd + 2;
    if (length === 0) break;
    if (at + length > body.length) throw s3Error('IncompleteBody');
    chunks.push(body.subarray(at, at + length));
    at += length + 2;
  }
  const trailers: Record<string, string> = {};
  for (const line of body.toString('latin1', at).split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) trailers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  return { data: Buffer.concat(chunks), trailers };
}

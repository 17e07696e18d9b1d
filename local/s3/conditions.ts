import { s3Error } from './errors.js';
import type { StoredVersion } from './metadata.js';
import type { S3Request } from './request.js';
import type { Condition } from './write-version.js';

/**
 * Conditional writes (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html):
 * `If-None-Match: *` only when the key is free, `If-Match: <etag>` only over that content.
 */
export function writeCondition(headers: S3Request['headers']): Condition {
  const noneMatch = headers['if-none-match'];
  const match = headers['if-match'];
  if (noneMatch !== undefined && noneMatch !== '*') {
    throw s3Error('NotImplemented', 'If-None-Match on a write takes * only.');
  }
  return (current) => {
    if (noneMatch !== undefined && current) throw s3Error('PreconditionFailed');
    if (match === undefined) return;
    if (!current) throw s3Error('NoSuchKey');
    if (!matches(match, current.etag)) throw s3Error('PreconditionFailed');
  };
}

/** Conditional reads, in the order of RFC 9110 section 13.2.2. True: answer 304. Throws PreconditionFailed. */
export function isNotModified(version: StoredVersion, headers: S3Request['headers']): boolean {
  const match = headers['if-match'];
  const noneMatch = headers['if-none-match'];
  const unmodifiedSince = seconds(headers['if-unmodified-since']);
  const modifiedSince = seconds(headers['if-modified-since']);
  const modified = Math.floor(version.modifiedAt / 1000);
  if (match !== undefined) {
    if (!matches(match, version.etag)) throw s3Error('PreconditionFailed');
  } else if (unmodifiedSince !== undefined && modified > unmodifiedSince) throw s3Error('PreconditionFailed');
  if (noneMatch !== undefined) return matches(noneMatch, version.etag);
  return modifiedSince !== undefined && modified <= modifiedSince;
}

function matches(header: string, etag: string): boolean {
  return header.split(',').some((each) => {
    const wanted = each.trim().replace(/^W\//, '').replaceAll('"', '');
    return wanted === '*' || wanted === etag;
  });
}

function seconds(date: string | undefined): number | undefined {
  const at = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(at) ? undefined : Math.floor(at / 1000);
}

import type { Readable } from 'node:stream';
import type { WireRequest } from '../faults.js';
import { headerText, queryPairs, splitTarget } from '../sigv4/signable-request.js';
import { s3Error } from './errors.js';

/** A request with what S3 reads out of it. Path style only: `/<bucket>/<key>`. */
export interface S3Request {
  method: string;
  /** Empty for the list of buckets. */
  bucket: string;
  /** Empty for requests on a bucket. May hold anything, `//` and `..` too. */
  key: string;
  query: Map<string, string>;
  /** In lower case. A presigned URL's `x-amz-` parameters are here as well. */
  headers: Record<string, string | undefined>;
  /** As received: possibly framed (see payload.ts). */
  body: Buffer;
}

/** An answer; a stream is piped, and destroyed when the client goes away. */
export interface S3Response {
  status: number;
  headers?: Record<string, string | number | undefined>;
  body?: string | Uint8Array | Readable;
}

/** The longest key, in bytes of UTF-8 (https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html). */
const MAX_KEY_BYTES = 1024;

/** Throws InvalidURI or KeyTooLongError. */
export function readRequest(wire: WireRequest): S3Request {
  const { path, query } = splitTarget(wire.url);
  const slash = path.indexOf('/', 1);
  const bucket = decoded(slash < 0 ? path.slice(1) : path.slice(1, slash));
  const key = slash < 0 ? '' : decoded(path.slice(slash + 1));
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) throw s3Error('KeyTooLongError');

  const headers: S3Request['headers'] = {};
  const pairs = queryPairs(query);
  for (const [name, value] of pairs) {
    const lower = name.toLowerCase();
    if (/^x-amz-(meta-|tagging|checksum-|server-side-|acl|storage)/.test(lower)) headers[lower] = value;
  }
  for (const name of Object.keys(wire.headers)) headers[name] = headerText(wire, name);
  return {
    method: wire.method,
    bucket,
    key,
    query: new Map(pairs),
    headers,
    body: Buffer.from(wire.body.buffer, wire.body.byteOffset, wire.body.byteLength),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw s3Error('InvalidURI');
  }
}

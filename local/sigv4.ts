import { createHash, timingSafeEqual } from 'node:crypto';
import { authErrors } from './sigv4/auth-errors.js';
import { signString, stringToSign } from './sigv4/canonical.js';
import { type Claim, readClaim } from './sigv4/claim.js';
import type { SignableRequest } from './sigv4/signable-request.js';

export type { SignableRequest } from './sigv4/signable-request.js';

/** An access key and its secret: the only pair that a twin accepts. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
}

/** How far a client's clock may be off, in milliseconds: "within 15 minutes of the time in the request" (SigV4 docs). */
const MAX_SKEW_MS = 15 * 60_000;

/**
 * Checks an AWS Signature Version 4, in the Authorization header or in the query (presigned URL), against the one pair of
 * credentials. Returns when the request is authentic and in time, and its body is the one that was signed.
 *
 * Throws ServiceFault with the name, status and wording of the service: S3's own names for `s3`
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html), the common errors of the JSON services otherwise
 * (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/CommonErrors.html).
 *
 * Source of the algorithm: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html,
 * for S3 https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html and
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html.
 */
export function verifySignature(
  request: SignableRequest,
  options: { credentials: Credentials; service: string; now?: Date },
): void {
  const { credentials, service, now = new Date() } = options;
  const errors = authErrors(service);
  const claim = readClaim(request, service);
  if (claim.accessKeyId !== credentials.accessKeyId) throw errors.unknownKey();
  checkTime(claim, now.getTime(), service);
  checkSignedHeaders(claim, request, service);

  const payload = payloadHash(claim, request, service);
  const toSign = stringToSign(request, claim, payload, service);
  const expected = signString(toSign, claim.scope, credentials.secretAccessKey);
  if (!sameText(expected, claim.signature)) throw errors.mismatch();
}

/** True when the request carries no signature of any kind. */
export function isAnonymous(request: SignableRequest): boolean {
  return (
    request.headers.authorization === undefined &&
    !/[?&](X-Amz-(Signature|Algorithm)|AWSAccessKeyId)=/.test(request.url)
  );
}

function checkTime(claim: Claim, now: number, service: string): void {
  const errors = authErrors(service);
  if (claim.expiresSeconds === undefined) {
    if (Math.abs(now - claim.signedAt) > MAX_SKEW_MS) throw errors.skewed(claim.date, new Date(now));
    return;
  }
  if (claim.signedAt - now > MAX_SKEW_MS) throw errors.notYetValid();
  if (now > claim.signedAt + claim.expiresSeconds * 1000) throw errors.expired(claim, new Date(now));
}

/** Host must be signed, and for S3 every x-amz header that came along: an unsigned one could have been slipped in. */
function checkSignedHeaders(claim: Claim, request: SignableRequest, service: string): void {
  const errors = authErrors(service);
  const missing = Object.keys(request.headers).filter(
    (name) =>
      (name === 'host' || (service === 's3' && name.startsWith('x-amz-'))) &&
      !claim.signedHeaders.includes(name),
  );
  if (missing.length > 0) throw errors.headersNotSigned(missing);
}

/** What stands for the body in the canonical request. Throws where S3's x-amz-content-sha256 is missing or wrong. */
function payloadHash(claim: Claim, request: SignableRequest, service: string): string {
  if (service !== 's3') return sha256(request.body);
  if (claim.expiresSeconds !== undefined) return claim.payloadHash ?? 'UNSIGNED-PAYLOAD';
  const errors = authErrors(service);
  const declared = claim.payloadHash;
  if (declared === undefined) throw errors.contentHashMissing();
  if (declared === 'UNSIGNED-PAYLOAD' || declared === 'STREAMING-UNSIGNED-PAYLOAD-TRAILER') return declared;
  if (declared.startsWith('STREAMING-')) throw errors.payloadNotSupported(declared);
  if (!/^[0-9a-f]{64}$/.test(declared)) throw errors.contentHashInvalid();
  const actual = sha256(request.body);
  if (actual !== declared) throw errors.contentHashMismatch(declared, actual);
  return declared;
}

function sha256(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function sameText(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

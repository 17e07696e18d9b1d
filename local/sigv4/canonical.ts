import { createHash, createHmac } from 'node:crypto';
import {
  headerText,
  percentDecode,
  queryPairs,
  type SignableRequest,
  splitTarget,
} from './signable-request.js';

/** Day, region, service: what a signing key is good for. */
export interface CredentialScope {
  /** yyyymmdd */
  day: string;
  region: string;
  service: string;
}

/** RFC 3986: everything but A-Z a-z 0-9 - . _ ~ is escaped, in upper-case hex. */
export function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The text that is signed: algorithm, time, scope, hash of the canonical request. `date` is yyyymmddThhmmssZ. */
export function stringToSign(
  request: SignableRequest,
  claim: { date: string; scope: CredentialScope; signedHeaders: string[] },
  payloadHash: string,
  service: string,
): string {
  const { path, query } = splitTarget(request.url);
  const canonicalRequest = [
    request.method,
    canonicalPath(path, service),
    canonicalQuery(query),
    ...claim.signedHeaders.map((name) => `${name}:${canonicalHeader(headerText(request, name))}`),
    '',
    claim.signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
  const { day, region, service: scopeService } = claim.scope;
  return [
    'AWS4-HMAC-SHA256',
    claim.date,
    `${day}/${region}/${scopeService}/aws4_request`,
    createHash('sha256').update(canonicalRequest).digest('hex'),
  ].join('\n');
}

/** The signature of `text` in hex, with the key derived from the secret for one day, region and service. */
export function signString(text: string, scope: CredentialScope, secretAccessKey: string): string {
  const key = [scope.day, scope.region, scope.service, 'aws4_request'].reduce<string | Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${secretAccessKey}`,
  );
  return createHmac('sha256', key).update(text).digest('hex');
}

/** S3 escapes the path once; every other service escapes what is already escaped once more. */
function canonicalPath(path: string, service: string): string {
  const once = path
    .split('/')
    .map((segment) => uriEncode(percentDecode(segment)))
    .join('/');
  return service === 's3' ? once || '/' : once.split('/').map(uriEncode).join('/') || '/';
}

function canonicalQuery(query: string): string {
  return queryPairs(query)
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [uriEncode(name), uriEncode(value)] as const)
    .sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function canonicalHeader(value = ''): string {
  return value.trim().replace(/ +/g, ' ');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

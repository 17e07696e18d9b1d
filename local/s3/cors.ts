import { s3Error } from './errors.js';
import type { Bucket } from './metadata.js';
import type { S3Request, S3Response } from './request.js';
import { childNodes, childText, parseXml, type XmlNode } from './xml.js';

/**
 * Headers that let a browser's page read the answer, from the first rule of the bucket that allows origin and method
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html). Undefined: not a cross-origin request, or not allowed.
 */
export function corsHeaders(
  bucket: Bucket | undefined,
  request: S3Request,
): Record<string, string> | undefined {
  const { origin } = request.headers;
  const rules = bucket?.configuration.cors;
  if (origin === undefined || rules === undefined) return undefined;
  const method =
    request.method === 'OPTIONS' ? request.headers['access-control-request-method'] : request.method;
  const asked = (request.headers['access-control-request-headers'] ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  const root = parseXml(Buffer.from(rules), 'CORSConfiguration', ['CORSRule', ...LISTS]);
  for (const rule of childNodes(root, 'CORSRule')) {
    const origins = texts(rule, 'AllowedOrigin');
    const methods = texts(rule, 'AllowedMethod');
    const allowedHeaders = texts(rule, 'AllowedHeader').map((name) => name.toLowerCase());
    const allowed =
      origins.some((pattern) => matches(pattern, origin)) &&
      methods.some((each) => each === method) &&
      asked.every((name) => allowedHeaders.some((pattern) => matches(pattern, name)));
    if (!allowed) continue;
    const exposed = texts(rule, 'ExposeHeader');
    const maxAge = childText(rule, 'MaxAgeSeconds');
    return {
      'access-control-allow-origin': origins.includes('*') ? '*' : origin,
      'access-control-allow-methods': methods.join(', '),
      ...(asked.length > 0 && { 'access-control-allow-headers': asked.join(', ') }),
      ...(exposed.length > 0 && { 'access-control-expose-headers': exposed.join(', ') }),
      ...(maxAge !== undefined && { 'access-control-max-age': maxAge }),
      vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
    };
  }
  return undefined;
}

/** The answer to a preflight. Throws AccessForbidden when no rule allows it. */
export function preflight(headers: Record<string, string> | undefined): S3Response {
  if (!headers) throw s3Error('AccessForbidden');
  return { status: 200, headers };
}

const LISTS = ['AllowedOrigin', 'AllowedMethod', 'AllowedHeader', 'ExposeHeader'];

function texts(rule: XmlNode, name: string): string[] {
  const found = rule[name];
  return Array.isArray(found) ? found.map(String) : [];
}

/** A pattern may hold one `*`. */
function matches(pattern: string, text: string): boolean {
  const [before = '', after] = pattern.split('*');
  if (after === undefined) return pattern === text;
  return text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after);
}

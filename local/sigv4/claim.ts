import { authErrors } from './auth-errors.js';
import type { CredentialScope } from './canonical.js';
import { headerText, queryPairs, type SignableRequest, splitTarget } from './signable-request.js';

/** What a request says about its signature, before anything is believed. */
export interface Claim {
  accessKeyId: string;
  scope: CredentialScope;
  signedHeaders: string[];
  signature: string;
  /** yyyymmddThhmmssZ, as it was signed. */
  date: string;
  /** `date` in milliseconds since 1970. */
  signedAt: number;
  /** Only in presigned URLs: 1 to 604,800 seconds. */
  expiresSeconds?: number;
  /** The x-amz-content-sha256 header or parameter. */
  payloadHash?: string;
}

const SEVEN_DAYS = 604_800;

/** Reads the claim from header or query. Throws the service's error where there is none or it is malformed. */
export function readClaim(request: SignableRequest, service: string): Claim {
  const query = new Map(queryPairs(splitTarget(request.url).query));
  const authorization = headerText(request, 'authorization');
  if (query.has('X-Amz-Algorithm') || query.has('X-Amz-Signature')) {
    if (authorization !== undefined) throw authErrors(service).twoSignatures();
    return fromQuery(query, service);
  }
  if (query.has('AWSAccessKeyId') || authorization?.startsWith('AWS ')) throw authErrors(service).version2();
  if (authorization === undefined) throw authErrors(service).missing();
  return fromHeader(authorization, request, service);
}

function fromHeader(authorization: string, request: SignableRequest, service: string): Claim {
  const errors = authErrors(service);
  const [algorithm, ...rest] = authorization.trim().split(/\s+/);
  if (algorithm === 'Bearer' || !algorithm?.startsWith('AWS')) throw errors.missing();
  if (algorithm !== 'AWS4-HMAC-SHA256') throw errors.malformed('Only AWS4-HMAC-SHA256 is supported.');
  const fields = new Map(
    rest
      .join('')
      .split(',')
      .map((field) => {
        const at = field.indexOf('=');
        return [field.slice(0, at), field.slice(at + 1)] as const;
      }),
  );
  const lacking = ['Credential', 'Signature', 'SignedHeaders'].filter((name) => !fields.get(name));
  if (lacking.length > 0) {
    throw errors.malformed(
      lacking.map((name) => `Authorization header requires '${name}' parameter.`).join(' '),
    );
  }
  const date = headerText(request, 'x-amz-date') ?? compactDate(headerText(request, 'date'));
  if (date === undefined) {
    throw errors.malformed(
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    );
  }
  const payloadHash = headerText(request, 'x-amz-content-sha256');
  return {
    ...checked(fields.get('Credential') ?? '', date, service),
    signedHeaders: (fields.get('SignedHeaders') ?? '').toLowerCase().split(';'),
    signature: fields.get('Signature') ?? '',
    ...(payloadHash !== undefined && { payloadHash }),
  };
}

function fromQuery(query: Map<string, string>, service: string): Claim {
  const errors = authErrors(service);
  const required = ['Algorithm', 'Credential', 'Date', 'Expires', 'SignedHeaders', 'Signature'];
  const lacking = required.filter((name) => !query.get(`X-Amz-${name}`));
  if (lacking.length > 0) {
    throw errors.malformedQuery(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, ' +
        'X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    );
  }
  if (query.get('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') {
    throw errors.malformedQuery('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256".');
  }
  const expiresSeconds = Number(query.get('X-Amz-Expires'));
  if (!Number.isInteger(expiresSeconds) || expiresSeconds < 0) {
    throw errors.malformedQuery('X-Amz-Expires should be a number.');
  }
  if (expiresSeconds > SEVEN_DAYS) {
    throw errors.malformedQuery(
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    );
  }
  const payloadHash = query.get('X-Amz-Content-Sha256');
  return {
    ...checked(query.get('X-Amz-Credential') ?? '', query.get('X-Amz-Date') ?? '', service),
    signedHeaders: (query.get('X-Amz-SignedHeaders') ?? '').toLowerCase().split(';'),
    signature: query.get('X-Amz-Signature') ?? '',
    expiresSeconds,
    ...(payloadHash !== undefined && { payloadHash }),
  };
}

/** Credential `<key>/<yyyymmdd>/<region>/<service>/aws4_request`, consistent with the date and this service. */
function checked(credential: string, date: string, service: string) {
  const errors = authErrors(service);
  const parts = credential.split('/');
  const [terminator, scopeService, region, day] = parts.slice(-4).reverse();
  const accessKeyId = parts.slice(0, -4).join('/');
  if (!accessKeyId || !day || !region || !scopeService || terminator !== 'aws4_request') {
    throw errors.malformed(
      `Credential must have at least 5 slash-delimited elements, ending in aws4_request, got '${credential}'`,
    );
  }
  const at = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date);
  if (!at) throw errors.malformed(`Date must be in ISO8601 'basic format', got '${date}'`);
  if (!date.startsWith(day)) {
    throw errors.wrongScope(`Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date`);
  }
  if (scopeService !== service) {
    throw errors.wrongScope(`Credential should be scoped to correct service: '${service}'.`);
  }
  const signedAt = Date.parse(`${at[1]}-${at[2]}-${at[3]}T${at[4]}:${at[5]}:${at[6]}Z`);
  return { accessKeyId, scope: { day, region, service: scopeService }, date, signedAt };
}

function compactDate(date: string | undefined): string | undefined {
  if (date === undefined) return undefined;
  const at = new Date(date);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString().replace(/[-:]|\.\d+/g, '');
}

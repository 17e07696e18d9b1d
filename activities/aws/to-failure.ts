import { asyncLocalStorage } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { ReasonCode } from '../../domain/reasons.js';
import { failures } from '../../workflows/failures.js';

const THROTTLES = new Set([
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'LimitExceededException',
  'RequestLimitExceeded',
  'SlowDown',
  'TooManyRequestsException',
]);
/**
 * What no retry can mend, and the reason a session is blocked for it: names of Rekognition and DynamoDB, S3's error codes,
 * and the SDK's own where it has no credentials to sign with.
 */
const OPERATOR_MUST_ACT = new Map<string, ReasonCode>([
  ['AccessDenied', 'access_denied'],
  ['AccessDeniedException', 'access_denied'],
  ['AuthorizationHeaderMalformed', 'access_denied'],
  ['CredentialsProviderError', 'access_denied'],
  ['ExpiredToken', 'access_denied'],
  ['ExpiredTokenException', 'access_denied'],
  ['InvalidAccessKeyId', 'access_denied'],
  ['InvalidParameterException', 'operator_must_act'],
  ['InvalidS3ObjectException', 'photo_missing'],
  ['InvalidSignatureException', 'access_denied'],
  ['InvalidToken', 'access_denied'],
  ['NoSuchBucket', 'resource_missing'],
  ['NoSuchKey', 'photo_missing'],
  ['PermanentRedirect', 'resource_missing'],
  ['RequestTimeTooSkewed', 'access_denied'],
  ['ResourceNotFoundException', 'resource_missing'],
  ['ServiceQuotaExceededException', 'limit_exceeded'],
  ['SignatureDoesNotMatch', 'access_denied'],
  ['UnrecognizedClientException', 'access_denied'],
  ['ValidationException', 'operator_must_act'],
]);

/** The name AWS gives an error; SDK errors carry it as `name`. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : 'Unknown';
}

const FIRST_DELAY_MS = 300;
const LONGEST_DELAY_MS = 30_000;

/**
 * A throttle, with a delay that replaces the backoff of the retry policy: the quota is shared, so those it turned away must
 * neither come back together nor as often as before. Exponential with full jitter inside an activity ("Exponential Backoff
 * And Jitter", AWS Architecture Blog); 200–1,000 ms outside of one, where nobody counts the tries.
 */
export function throttled(message: string): ApplicationFailure {
  const attempt = asyncLocalStorage.getStore()?.info.attempt;
  const nextRetryDelay =
    attempt === undefined
      ? 200 + Math.random() * 800
      : Math.ceil((1 - Math.random()) * Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempt - 1)));
  return ApplicationFailure.create({ type: failures.throttled, message, nextRetryDelay });
}

/**
 * What an AWS error means to a workflow. Throttles come back with a delay of their own (`throttled`); what no retry can mend is
 * non-retryable and says who can. Messages carry the operation and the error's name, never input; the cause is left out, since
 * AWS's own messages quote it.
 */
export function toFailure(operation: string, error: unknown): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  const name = errorName(error);
  if (THROTTLES.has(name)) return throttled(`${operation} was throttled`);
  const reason = OPERATOR_MUST_ACT.get(name);
  if (reason) {
    return ApplicationFailure.create({
      type: failures.operatorMustAct,
      message: `${operation}: ${name}. Check the worker's role, the collection, table or photo, and the quota, then resume.`,
      nonRetryable: true,
      details: [{ reason }],
    });
  }
  const refused = refusalOf(error);
  return ApplicationFailure.create({
    type: failures.dependencyUnavailable,
    message: `${operation}: ${name}`,
    ...(refused ? { details: [{ refused }] } : {}),
  });
}

/** What may be no outage, for whoever knows better: an answer that nobody has named here, or a host that there is not. */
function refusalOf(error: unknown): 'answer' | 'host' | undefined {
  const { code, $metadata } = error as { code?: unknown; $metadata?: { httpStatusCode?: number } };
  if (code === 'ENOTFOUND') return 'host';
  const status = $metadata?.httpStatusCode ?? 0;
  const passes = status === REQUEST_TIMEOUT || status === TOO_MANY_REQUESTS;
  return status >= 400 && status < 500 && !passes ? 'answer' : undefined;
}

const [REQUEST_TIMEOUT, TOO_MANY_REQUESTS] = [408, 429];

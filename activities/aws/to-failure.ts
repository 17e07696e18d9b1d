import { ApplicationFailure } from '@temporalio/common';
import { failures } from '../../workflows/failures.js';

const THROTTLES = new Set([
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'LimitExceededException',
  'RequestLimitExceeded',
  'SlowDown',
  'TooManyRequestsException',
]);
const OPERATOR_MUST_ACT = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'ExpiredTokenException',
  'InvalidAccessKeyId',
  'InvalidS3ObjectException',
  'InvalidSignatureException',
  'NoSuchBucket',
  'ResourceNotFoundException',
  'ServiceQuotaExceededException',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
  'ValidationException',
]);

/** The name AWS gives an error; SDK errors carry it as `name`. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : 'Unknown';
}

/**
 * What an AWS error means to a workflow. Throttles come back with a jittered delay, because the caller's own backoff does
 * not know the quota; what no retry can mend is non-retryable and says who can. Messages carry the operation and the
 * error's name, never input; the cause is left out, since AWS's own messages quote it.
 */
export function toFailure(operation: string, error: unknown): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  const name = errorName(error);
  if (THROTTLES.has(name)) {
    return ApplicationFailure.create({
      type: failures.throttled,
      message: `${operation} was throttled`,
      nextRetryDelay: 200 + Math.random() * 800,
    });
  }
  if (OPERATOR_MUST_ACT.has(name)) {
    return ApplicationFailure.create({
      type: failures.operatorMustAct,
      message: `${operation}: ${name}. Check the worker's role, the collection or table, and the quota, then resume.`,
      nonRetryable: true,
    });
  }
  return ApplicationFailure.create({
    type: failures.dependencyUnavailable,
    message: `${operation}: ${name}`,
  });
}

/** Types of ApplicationFailure that this service throws. Business refusals are results, never failures. */
export const failures = {
  /** AWS asked us to slow down. Retryable, with a jittered delay. */
  throttled: 'Throttled',
  /** AWS or a store did not answer. Retryable. */
  dependencyUnavailable: 'DependencyUnavailable',
  /**
   * No retry can mend it: access, a missing collection or bucket, a quota of things. An operator must act. The first detail
   * is `{ reason }`, a code of domain/reasons.ts.
   */
  operatorMustAct: 'OperatorMustAct',
  /** The same Idempotency-Key came with another body. */
  idempotencyKeyReused: 'IdempotencyKeyReused',
  /** The command does not fit the session's status. */
  wrongStatus: 'WrongStatus',
  /** A liveness capture that the session did not begin, or not last. */
  unknownCapture: 'UnknownCapture',
  /** Too many captures failed; details say when the next may begin. */
  coolDown: 'CoolDown',
  /** A session of this id exists and its workflow is past Temporal's retention. */
  sessionExists: 'SessionExists',
  /** A batch job cannot be resumed below what it has cost; details say what that is. */
  ceilingTooLow: 'CeilingTooLow',
  /** A window of a batch job would slow an API down below what it can wait for; details say which. */
  rateTooLow: 'RateTooLow',
} as const;

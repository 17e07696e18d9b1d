import { standingOf } from '../domain/batch/commands.js';
import type { BatchState } from '../domain/batch/job.js';
import { isFinal, statuses } from '../domain/status.js';

/** What an RFC 9457 problem document may say beyond the standard members. */
export interface ProblemExtras {
  /** Fields that were wrong: RFC 6901 pointers into the body. */
  errors?: readonly { pointer: string; message: string }[];
  /** Seconds after which to try again; also sent as Retry-After. */
  retry_after?: number;
  current_status?: string;
  /** Of a batch job. */
  current_phase?: string;
  allowed_commands?: readonly string[];
  /** The session this is about, where there is one. */
  session?: string;
  /** The batch job this is about, where there is one. */
  batch_job?: string;
}

/** An answer that is a problem; the error handler turns it into `application/problem+json`. */
export class Problem extends Error {
  override readonly name = 'Problem';

  /**
   * @param code stable, for programs
   * @param title the same for every occurrence of the code
   * @param detail what to do about this one; never quotes input
   */
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly extras: ProblemExtras = {},
  ) {
    super(title);
  }
}

export const problems = {
  unauthorized: () =>
    new Problem(
      401,
      'unauthorized',
      'No valid API key',
      'Send the header "Authorization: Bearer <API key>".',
    ),
  notFound: (what: string) =>
    new Problem(
      404,
      'not_found',
      `No such ${what}`,
      `Check the id, and that the API key is of the right mode.`,
    ),
  invalid: (errors: readonly { pointer: string; message: string }[]) =>
    new Problem(422, 'invalid_request', 'The request is not valid', 'Mend the fields listed in errors.', {
      errors,
    }),
  malformed: (detail: string) => new Problem(400, 'malformed_request', 'The request cannot be read', detail),
  keyReused: () =>
    new Problem(
      422,
      'idempotency_key_reused',
      'Idempotency-Key used with another body',
      'Send the same body as the first time, or a new key.',
    ),
  userExists: () =>
    new Problem(
      409,
      'user_exists',
      'This user is already registered',
      'Log the user in with flow "authentication", or register under another user_id.',
    ),
  inputNotExpected: (input: string, flow: string) =>
    new Problem(
      422,
      'input_not_expected',
      'The session does not take this photo',
      `A session of flow "${flow}" under this policy has no input "${input}".`,
    ),
  wrongStatus: (command: string, status: string, allowed: readonly string[], session: string) =>
    new Problem(
      409,
      'wrong_status',
      'The session does not accept this command now',
      statuses.some((known) => known === status && isFinal(known))
        ? `The session has ended as ${status}. Create a new one.`
        : `A session that is ${status} cannot ${command} now. ${
            allowed.length > 0 ? `It accepts: ${allowed.join(', ')}.` : 'Read it, and try again.'
          }`,
      { current_status: status, allowed_commands: allowed, session },
    ),
  jobWrongStatus: (
    command: string,
    {
      allowed,
      ...state
    }: Pick<BatchState, 'status' | 'phase' | 'canceling'> & { allowed: readonly string[] },
    job: string,
  ) =>
    new Problem(
      409,
      'wrong_status',
      'The batch job does not accept this command now',
      `${standingOf(state)} It cannot be asked to ${command} now. ${
        allowed.length > 0 ? `It accepts: ${allowed.join(', ')}.` : 'It accepts no command.'
      }`,
      {
        current_status: state.status,
        current_phase: state.phase,
        allowed_commands: allowed,
        batch_job: job,
      },
    ),
  ceilingTooLow: (job: string) =>
    new Problem(
      422,
      'cost_ceiling_too_low',
      'The job has cost more than that',
      'Resume it with a cost_ceiling above the cost that the job shows.',
      { batch_job: job },
    ),
  sourceBucketNotAllowed(pointer: string) {
    const message = 'Use a bucket that the operator listed for your account in IDV_SOURCE_BUCKETS.';
    const title = 'Photos may not be read from this bucket';
    return new Problem(422, 'source_bucket_not_allowed', title, message, { errors: [{ pointer, message }] });
  },
  sourceNotReadable: (why: string) =>
    new Problem(422, 'source_not_readable', 'The source cannot be read', why, {
      errors: [{ pointer: '/source', message: why }],
    }),
  policyNotFound: () =>
    new Problem(422, 'policy_not_found', 'There is no such policy', 'Name one of those in GET /v1/policies.'),
  consentRequired: () =>
    new Problem(422, 'consent_required', 'The person has not consented', 'Send what the person agreed to.', {
      errors: [{ pointer: '/consent', message: 'is required by the policy' }],
    }),
  unknownCapture: (session: string) =>
    new Problem(
      422,
      'unknown_capture',
      'This is not the capture of the session',
      'Begin a capture with POST …/liveness, and hand in the session_id that it gave last.',
      { session },
    ),
  coolDown: (seconds: number, session: string) =>
    new Problem(
      429,
      'liveness_cool_down',
      'Too many captures failed',
      'Let the person wait for Retry-After seconds, then begin another capture.',
      { retry_after: seconds, session },
    ),
  unavailable: (detail: string, session?: string) =>
    new Problem(503, 'temporarily_unavailable', 'The service is busy', detail, {
      retry_after: 1,
      ...(session ? { session } : {}),
    }),
};

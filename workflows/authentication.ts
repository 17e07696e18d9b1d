import { isCancellation, TemporalFailure } from '@temporalio/workflow';
import { passAccepted } from '../domain/acceptance.js';
import { type CheckResult, type Decision, decide, hasPassed } from '../domain/decision.js';
import type { ImageRef } from '../domain/image-ref.js';
import { versionOf } from '../domain/policy.js';
import type { SessionState } from '../domain/session.js';
import { together } from '../domain/together.js';
import { login } from './activities.js';
import { captureSelfie } from './capture-selfie.js';
import type { SessionInput } from './messages.js';
import type { Saga } from './saga.js';
import { type Attempt, runSession, Unavailable } from './session.js';

/**
 * Logs a person in by face: 1:1 when `subject` is known, 1:N otherwise. The caller waits on the `answer` update; what
 * follows the answer is the durable tail.
 */
export async function authentication(input: SessionInput): Promise<SessionState> {
  return runSession(input, {
    flow: 'authentication',
    judge: async (attempt, saga) => {
      try {
        return await verdict(input, attempt, saga);
      } catch (error) {
        if (isCancellation(error) || !(error instanceof TemporalFailure)) throw error;
        throw new Unavailable(); // a login never parks: the API answers 503
      }
    },
  });
}

/** Attempts are counted before the search, or parallel guesses would pass uncounted. */
async function verdict(input: SessionInput, attempt: Attempt, saga: Saga): Promise<Decision> {
  const { tenant, subject, policy } = input;
  const { checks, lockout } = policy.flows.authentication;
  const version = versionOf(policy);

  if (subject) {
    const { number } = attempt;
    const counted = { tenant, subject, sessionId: input.sessionId, number, lockout };
    const { locked } = await login.countAttempt(counted);
    if (locked) return { status: 'rejected', reasons: ['locked_out'], checks: [], policy: version };
  }
  const { selfie, results: captured } = await captureSelfie(input, attempt, saga, login);
  const alive = decide([], captured, version).status === 'verified';
  if (!selfie || !alive) return decide(checks, captured, version);
  const { results, recognised } = await qualityAndSearch(input, selfie);
  const judged = [...captured, ...results].map((each) => passAccepted(each, attempt.accepted));
  // A near tie names whom it would recognise; until a reviewer has let it pass, that is nobody.
  const isMatched = judged.some((each) => each.check === 'user_match' && hasPassed(each));
  const who = isMatched ? recognised : undefined;
  const decision = decide(checks, judged, version, who);
  if (decision.status !== 'verified' || who !== undefined) return decision;
  return { ...decision, status: 'rejected', reasons: ['face_not_recognised'] };
}

interface Findings {
  results: CheckResult[];
  /** Whom the search recognised, or would but for a near tie, whatever the other checks say. */
  recognised?: string;
}

/** Side by side where the policy says so: a bad selfie then costs one search, every other login saves a round trip. */
async function qualityAndSearch(input: SessionInput, image: ImageRef): Promise<Findings> {
  const { tenant, subject, scope, policy } = input;
  const quality = login.checkQuality({ image, gates: policy.gates });
  const search = () =>
    subject
      ? login.searchOwnShard({ tenant, subject, image, policy })
      : login.searchEveryShard({ tenant, image, policy, ...(scope ? { scope } : {}) });

  if (!policy.flows.authentication.speculativeSearch) {
    const result = await quality;
    if (result.outcome !== 'passed') return { results: [result] };
  }
  const [result, found] = await together(quality, search());
  // A search that met no usable face says nothing beyond what quality says of the same photo.
  const results = result.outcome === 'passed' ? [result, found.result] : [result];
  return { results, ...(found.subject === undefined ? {} : { recognised: found.subject }) };
}

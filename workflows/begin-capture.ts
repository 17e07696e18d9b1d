import { ApplicationFailure, TemporalFailure } from '@temporalio/workflow';
import type { LivenessCapture } from '../domain/session.js';
import { login } from './activities.js';
import { failures } from './failures.js';
import type { SessionInput } from './messages.js';

/**
 * How long a capture is good, from when it is asked for
 * (https://docs.aws.amazon.com/rekognition/latest/APIReference/API_CreateFaceLivenessSession.html).
 */
const GOOD_FOR_MS = 180_000;

/**
 * Begins a capture for this session, in two tries, as a login: somebody has pressed start and waits.
 * @param number of the session's captures, from 1: names the request, so that a repeat creates no second one
 * @throws ApplicationFailure `CoolDown`, or whatever the last try failed with: none of them is tried again
 */
export async function beginCapture(input: SessionInput, number: number): Promise<LivenessCapture> {
  const { tenant, sessionId, subject, policy } = input;
  // Before the call: what we take for good must not be gone at AWS already.
  const expiresAt = Date.now() + GOOD_FOR_MS;
  const request = { tenant, sessionId, number, policy: policy.liveness };
  const started = await start({ ...request, ...(subject === undefined ? {} : { subject }) });
  if ('captureId' in started)
    return { id: started.captureId, challenge: policy.liveness.challenge, expiresAt };
  throw ApplicationFailure.create({
    type: failures.coolDown,
    message: 'Too many captures failed.',
    nonRetryable: true,
    details: [{ seconds: started.coolDownSeconds }],
  });
}

async function start(request: Parameters<typeof login.startLiveness>[0]) {
  try {
    return await login.startLiveness(request);
  } catch (error) {
    if (!(error instanceof TemporalFailure) || error instanceof ApplicationFailure) throw error;
    throw ApplicationFailure.create({
      type: failures.dependencyUnavailable,
      message: 'The capture could not be begun in time.',
      cause: error,
    });
  }
}

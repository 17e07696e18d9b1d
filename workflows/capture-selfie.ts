import type { Activities } from '../activities/index.js';
import type { LivenessReading } from '../activities/read-liveness.js';
import { type CheckResult, hasPassed } from '../domain/decision.js';
import type { ImageRef } from '../domain/image-ref.js';
import type { LivenessCapture } from '../domain/session.js';
import { discardCapture, enrolment } from './activities.js';
import type { SessionInput } from './messages.js';
import type { Saga } from './saga.js';
import type { Attempt } from './session.js';
import { uninterrupted } from './uninterrupted.js';

/** The selfie of an attempt, and what was found about how it came to be. */
export interface Captured {
  /** Absent where the checks say why. */
  selfie?: ImageRef;
  /** The liveness check, where there was a capture. */
  results: readonly CheckResult[];
}

type Steps = Pick<Activities, 'readLiveness' | 'comparePhotos' | 'settleLiveness'>;

/**
 * The selfie that was handed in, or the image of the liveness capture. A capture that was handed in has to show a live
 * person, whether or not the policy insists on one; where the selfie is a photo of its own, that very person.
 * @param steps how long the flow tries
 */
export async function captureSelfie(
  input: SessionInput,
  attempt: Attempt,
  saga: Saga,
  steps: Steps = enrolment,
): Promise<Captured> {
  const { photos, capture } = attempt;
  if (!capture) return { results: [], ...(photos.selfie ? { selfie: photos.selfie } : {}) };

  const { policy } = input;
  const { result: alive, reference } = await read(input, attempt, capture, saga, steps);
  const selfie = policy.liveness.selfie === 'separate' ? photos.selfie : reference;
  const result =
    hasPassed(alive) && reference && selfie && selfie !== reference
      ? samePerson(alive, await steps.comparePhotos({ selfie, reference, policy }))
      : alive;
  await settle(input, capture, result, steps);
  return { results: [result], ...(selfie ? { selfie } : {}) };
}

/** Once for each capture: Rekognition forgets it after three minutes, but a session may be judged again after days. */
async function read(
  { tenant, sessionId, policy }: SessionInput,
  attempt: Attempt,
  { id: captureId }: LivenessCapture,
  saga: Saga,
  steps: Steps,
): Promise<LivenessReading> {
  const request = { tenant, sessionId, captureId, policy: policy.liveness };
  let told: Pick<CheckResult, 'facts'> = {};
  const reading = await attempt.once(`liveness ${captureId}`, () =>
    uninterrupted(async () => {
      let isRead = false;
      // A reading that fails may have put images nobody knows of; those of one that succeeds are the session's.
      saga.add(async () => {
        if (!isRead) await discardCapture({ tenant, sessionId, captureId });
      });
      const { result, ...rest } = await steps.readLiveness(request);
      isRead = true;
      for (const photo of rest.images) attempt.hold({ input: 'liveness', photo });
      const { facts, ...found } = result;
      if (facts) told = { facts };
      return { ...rest, result: found };
    }),
  );
  // What a call told is told once, however often its result is judged.
  return { ...reading, result: { ...reading.result, ...told } };
}

/** The capture's image against the selfie: somebody live who holds another person's photo is nobody's proof. */
function samePerson(alive: CheckResult, comparison: CheckResult): CheckResult {
  const { similarity, threshold, thresholdEntry, requestIds = [], calls = 0 } = comparison.evidence;
  return {
    ...alive,
    ...(hasPassed(comparison) ? {} : { outcome: 'failed', reasons: ['liveness_face_mismatch'] }),
    evidence: {
      ...alive.evidence,
      ...(similarity === undefined ? {} : { similarity }),
      ...(threshold === undefined ? {} : { threshold }),
      ...(thresholdEntry === undefined ? {} : { thresholdEntry }),
      requestIds: [...(alive.evidence.requestIds ?? []), ...requestIds],
      calls: (alive.evidence.calls ?? 0) + calls,
    },
    facts: [...(alive.facts ?? []), ...(comparison.facts ?? [])],
  };
}

/** A capture that ran out says nothing about who was in front of the camera: it is not counted. */
async function settle(
  { tenant, sessionId, subject, policy }: SessionInput,
  { id: captureId }: LivenessCapture,
  result: CheckResult,
  steps: Steps,
): Promise<void> {
  if (result.reasons.includes('liveness_expired')) return;
  const owner = { tenant, sessionId, ...(subject === undefined ? {} : { subject }) };
  const { coolDown } = policy.liveness;
  await steps.settleLiveness({ ...owner, captureId, passed: hasPassed(result), coolDown });
}

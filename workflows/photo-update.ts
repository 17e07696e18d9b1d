import { CancellationScope } from '@temporalio/workflow';
import { passAccepted } from '../domain/acceptance.js';
import { type CheckResult, type Decision, decide, hasPassed } from '../domain/decision.js';
import type { ImageRef } from '../domain/image-ref.js';
import { addCheck } from '../domain/merge-checks.js';
import { ofReference } from '../domain/of-reference.js';
import { versionOf } from '../domain/policy.js';
import type { Check } from '../domain/reasons.js';
import type { SessionState } from '../domain/session.js';
import { together } from '../domain/together.js';
import { enrolment, releaseUser, replaceFaces } from './activities.js';
import { captureSelfie } from './capture-selfie.js';
import { enrolFace } from './enrol-face.js';
import { lastLook } from './last-look.js';
import type { RegistrationInput } from './messages.js';
import { persist } from './persist.js';
import type { Saga } from './saga.js';
import { type Attempt, runSession } from './session.js';
import { uninterrupted } from './uninterrupted.js';

/**
 * Replaces the photo of a registered user by the selfie, or by the reference where one is handed in. Both have to find the
 * user by the face that counts now. Until the new face counts everything is undone as in a registration, and the user logs
 * in by the old one; from then on there is only forward, and the old one goes.
 */
export async function photoUpdate(input: RegistrationInput): Promise<SessionState> {
  return runSession(input, {
    flow: 'photo_update',
    judge: (attempt, saga) => verdict(input, attempt, saga),
    tail: (state, accepted) => lastLook(input, state, accepted),
  });
}

async function verdict(input: RegistrationInput, attempt: Attempt, saga: Saga): Promise<Decision> {
  const { tenant, subject, sessionId, faceKey, policy } = input;
  const { photos, accepted, number } = attempt;
  const { reference } = photos;
  const checks = policy.flows.photo_update.checks;
  const required: readonly Check[] = reference ? [...checks, 'face_match'] : checks;
  const version = versionOf(policy);
  const results: CheckResult[] = [];
  const add = (...found: readonly CheckResult[]) => {
    for (const each of found) addCheck(results, passAccepted(each, accepted));
  };
  const soFar = (of: readonly Check[], more: readonly CheckResult[] = []) =>
    decide(of, [...results, ...more], version);
  const stopped = () => soFar([]).status !== 'verified';

  const { selfie, results: captured } = await captureSelfie(input, attempt, saga);
  add(...captured);
  if (!selfie || stopped()) return soFar(required);
  const photo = reference ?? selfie;
  const ofPhoto = (result: CheckResult) => (reference ? ofReference(result) : result);

  const qualityOf = (image: ImageRef) => enrolment.checkQuality({ image, gates: policy.gates });
  saga.add(() => releaseUser({ tenant, subject, sessionId }));
  const [held, ...qualities] = await together(
    uninterrupted(() => enrolment.holdUser({ tenant, subject, sessionId, faceKey })),
    qualityOf(selfie),
    ...(reference ? [qualityOf(reference)] : []),
  );
  if (held.outcome !== 'held') {
    return { ...soFar(required), status: 'rejected', reasons: [`user_${held.outcome}`] };
  }
  add(...qualities.map((quality, at) => (at === 0 ? quality : ofReference(quality))));
  if (stopped()) return soFar(required);

  const { lockout } = policy.flows.authentication;
  const userIn = (image: ImageRef) => enrolment.searchOwnShard({ tenant, subject, image, policy });
  // Who holds the user is alone, so an attempt is counted in time when it is counted before its answer.
  const [{ locked }, duplicate, ...matches] = await together(
    enrolment.countAttempt({ tenant, subject, sessionId, number, lockout }),
    enrolment.searchDuplicates({ tenant, subject, image: photo, policy }),
    userIn(selfie),
    ...(reference ? [userIn(reference)] : []),
  );
  if (locked) return { ...soFar(required), status: 'rejected', reasons: ['locked_out'] };
  add(...matches.map(({ result }, at) => (at === 0 ? result : ofReference(result))));
  const alone = passAccepted(ofPhoto(duplicate), accepted);
  if (!hasPassed(alone)) add(alone);
  // Every check is there before the face is: what counts once is not taken back for the want of one.
  const ready = soFar(required, hasPassed(alone) ? [alone] : []);
  if (ready.status !== 'verified') return ready;

  const enrolled = await enrolFace(input, { image: photo, duplicate: alone, accepted }, saga);
  // What may be let pass has been; an open question here is one that nobody has seen.
  for (const each of enrolled.results) addCheck(results, ofPhoto(each));
  const decision = soFar(required);
  const { face } = enrolled;
  if (!face || decision.status !== 'verified') return decision;
  const replacing = { tenant, subject, older: held.older, face, bucket: photo.bucket };
  // No cancel and no failure leads back from here.
  await CancellationScope.nonCancellable(() => persist(() => replaceFaces(replacing)));
  return { ...decision, subject, face };
}

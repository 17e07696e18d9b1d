import { passAccepted } from '../domain/acceptance.js';
import { type CheckResult, type Decision, decide, hasPassed } from '../domain/decision.js';
import type { Photos } from '../domain/image-ref.js';
import { addCheck, mergeChecks } from '../domain/merge-checks.js';
import { versionOf } from '../domain/policy.js';
import type { Check } from '../domain/reasons.js';
import type { SessionState } from '../domain/session.js';
import { together } from '../domain/together.js';
import { enrolment, releaseUser } from './activities.js';
import { captureSelfie } from './capture-selfie.js';
import { checkDocumentOf, claimDocument } from './check-document.js';
import { enrolFace } from './enrol-face.js';
import { lastLook } from './last-look.js';
import type { RegistrationInput } from './messages.js';
import type { Saga } from './saga.js';
import { type Attempt, runSession } from './session.js';
import { uninterrupted } from './uninterrupted.js';

/**
 * Registers a person by face: a live person, quality, comparison with trusted photos, the document, duplicates, then the face
 * itself.
 * Whatever stops it undoes what it began; the last step is the one that makes the user exist.
 */
export async function registration(input: RegistrationInput): Promise<SessionState> {
  return runSession(input, {
    flow: 'registration',
    judge: (attempt, saga) => verdict(input, attempt, saga),
    tail: (state, accepted) => lastLook(input, state, accepted),
  });
}

async function verdict(input: RegistrationInput, attempt: Attempt, saga: Saga): Promise<Decision> {
  const { tenant, subject, sessionId, faceKey, policy } = input;
  const { photos, accepted } = attempt;
  const required = requiredChecks(input, photos);
  const version = versionOf(policy);
  const results: CheckResult[] = [];
  const add = (...found: readonly CheckResult[]) => {
    for (const each of found) addCheck(results, passAccepted(each, accepted));
  };
  const soFar = (checks: readonly Check[], more: readonly CheckResult[] = []) =>
    decide(checks, [...results, ...more], version);
  const stopped = () => soFar([]).status !== 'verified';

  const { selfie, results: captured } = await captureSelfie(input, attempt, saga);
  add(...captured);
  if (!selfie || stopped()) return soFar(required);

  const { reference, document_front: front } = photos;
  const [quality, ...comparison] = await together(
    enrolment.checkQuality({ image: selfie, gates: policy.gates }),
    ...(reference ? [enrolment.comparePhotos({ selfie, reference, policy })] : []),
    ...(front ? [enrolment.comparePhotos({ selfie, reference: front, policy, of: 'document_front' })] : []),
  );
  // A comparison with an unusable selfie says nothing of its own.
  add(quality, ...(hasPassed(quality) ? comparison : []));
  if (stopped()) return soFar(required);
  // Last of what the person waits for: nobody pays for the text of a document beside a selfie that is no good.
  const document = await checkDocumentOf(input, attempt);
  if (document) add(document.result);
  if (stopped()) return soFar(required);
  if (policy.flows.registration.asynchronous.includes('duplicate')) {
    // Whether its number was used before is found out with the duplicates.
    await attempt.provide(document?.hash ? ['duplicate', 'document'] : ['duplicate']);
  }

  saga.add(() => releaseUser({ tenant, subject, sessionId }));
  const search = { tenant, subject, policy };
  const [reservation, duplicate, ofDocument] = await together(
    uninterrupted(() => enrolment.reserveUser({ tenant, subject, sessionId, faceKey })),
    enrolment.searchDuplicates({ ...search, image: selfie }),
    ...(front ? [enrolment.searchDuplicates({ ...search, image: front, of: 'document_front' })] : []),
  );
  if (reservation.outcome !== 'reserved') {
    return { ...soFar(required), status: 'rejected', reasons: [`user_${reservation.outcome}`] };
  }
  const alone = passAccepted(ofDocument ? mergeChecks(duplicate, ofDocument) : duplicate, accepted);
  if (!hasPassed(alone)) {
    add(alone);
    return soFar(required);
  }

  if (document?.hash) {
    add(await claimDocument(input, document.hash, saga));
    if (stopped()) return soFar(required);
  }

  // Every check is there before the face is: nobody exists for a moment for the want of one.
  const ready = soFar(required, [alone]);
  if (ready.status !== 'verified') return ready;

  const enrolled = await enrolFace(input, { image: selfie, duplicate: alone, accepted }, saga);
  // What may be let pass has been; an open question here is one that nobody has seen.
  for (const each of enrolled.results) addCheck(results, each);
  return { ...soFar(required), subject, ...(enrolled.face ? { face: enrolled.face } : {}) };
}

/** A trusted photo or document that was handed in is looked at, whether or not the policy insists on one. */
function requiredChecks(
  { policy }: RegistrationInput,
  { reference, document_front }: Photos,
): readonly Check[] {
  const { checks } = policy.flows.registration;
  const more: Check[] = [
    ...(document_front ? (['document'] as const) : []),
    ...(reference || document_front ? (['face_match'] as const) : []),
  ];
  return [...new Set([...checks, ...more])];
}

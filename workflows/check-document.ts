import type { CheckResult } from '../domain/decision.js';
import { checkDocument, enrolment, releaseDocument } from './activities.js';
import type { RegistrationInput } from './messages.js';
import type { Saga } from './saga.js';
import type { Attempt } from './session.js';
import { uninterrupted } from './uninterrupted.js';

/** The document of an attempt. */
export interface Checked {
  result: CheckResult;
  /** Keyed hash of its number. */
  hash?: string;
}

/** The document that was handed in, whether or not the policy insists on one; undefined where there is none. */
export async function checkDocumentOf(
  { tenant, sessionId, policy }: RegistrationInput,
  { photos, number }: Attempt,
): Promise<Checked | undefined> {
  const { document_front: front, document_back: back } = photos;
  if (!front) return undefined;
  return checkDocument({ tenant, sessionId, attempt: number, front, ...(back ? { back } : {}), policy });
}

/**
 * Takes the document's number for this user, before the user can exist: of two who register with one document at the same
 * time, one has to wait for the other. Let go where the registration comes to nothing.
 */
export async function claimDocument(
  { tenant, subject, sessionId, policy }: RegistrationInput,
  hash: string,
  saga: Saga,
): Promise<CheckResult> {
  saga.add(() => releaseDocument({ tenant, hash, sessionId }));
  const { reuse } = policy.document;
  return uninterrupted(() => enrolment.claimDocument({ tenant, subject, sessionId, hash, reuse }));
}

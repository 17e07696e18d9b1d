import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { Photos } from '../domain/image-ref.js';
import type { Policy } from '../domain/policy.js';
import type { SessionState, Tenant } from '../domain/session.js';
import type { Scope } from '../domain/shards.js';

/** What a session's workflow starts with. Encrypted in history; still nothing personal beyond pseudonyms. */
export interface SessionInput {
  tenant: Tenant;
  sessionId: string;
  /** Fingerprint of the request that created the session; another body under the same key is refused. */
  fingerprint: string;
  /** The policy as it was when the session began; a later version does not change a running session. */
  policy: Policy;
  /** Photos that came with the request. */
  photos: Photos;
  scope?: Scope;
  /** Pseudonym of the user who registers or claims to log in; absent: find out who it is. */
  subject?: string;
  /** Part of ExternalImageId; a hash of the session id. */
  faceKey: string;
}

/** Everything a registration needs to know is there. */
export interface RegistrationInput extends SessionInput {
  subject: string;
}

export interface AnswerRequest {
  fingerprint: string;
}

export interface Submission {
  photos: Photos;
}

/** Waits until the session rests, and returns where. Sent with the start, so that one request has its answer. */
export const answerUpdate = defineUpdate<SessionState, [AnswerRequest]>('answer');
/** Hands in photos; returns where the session rests once they are judged, or what is still missing. */
export const submitUpdate = defineUpdate<SessionState, [Submission]>('submit');
/** Stops the session and undoes what it began; returns where it ended, which may be `verified` if that came first. */
export const cancelUpdate = defineUpdate<SessionState, []>('cancel');
/** Tries a `blocked` session again after its cause was mended. */
export const resumeUpdate = defineUpdate<SessionState, []>('resume');
export const stateQuery = defineQuery<SessionState>('state');

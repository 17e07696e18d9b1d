import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { Input, Photos } from '../domain/image-ref.js';
import type { Policy } from '../domain/policy.js';
import type { ReviewDecision, SessionState, Tenant } from '../domain/session.js';
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
  /** Id of the capture that the person has finished. */
  liveness?: string;
}

/** Somebody who asks something of a session: an id, never a name or an address. */
export interface Actor {
  by: string;
}

export interface Review extends Actor {
  decision: ReviewDecision;
  /** Of `resubmit`: the inputs to hand in again; every one where absent. */
  again?: readonly Input[];
}

/** Waits until the session rests, and returns where. Sent with the start, so that one request has its answer. */
export const answerUpdate = defineUpdate<SessionState, [AnswerRequest]>('answer');
/** Hands in photos; returns where the session rests once they are judged, or what is still missing. */
export const submitUpdate = defineUpdate<SessionState, [Submission]>('submit');
/** Stops the session and undoes what it began; returns where it ended, which may be `verified` if that came first. */
export const cancelUpdate = defineUpdate<SessionState, [Actor]>('cancel');
/** Tries a `blocked` session again after its cause was mended. */
export const resumeUpdate = defineUpdate<SessionState, [Actor]>('resume');
/** A human decides about a session in `needs_review`; returns where it rests then. */
export const reviewUpdate = defineUpdate<SessionState, [Review]>('review');
/** Begins a liveness capture; returns the session with it. */
export const livenessUpdate = defineUpdate<SessionState, []>('liveness');
export const stateQuery = defineQuery<SessionState>('state');

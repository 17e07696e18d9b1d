import type { CheckResult } from './decision.js';
import type { IndexedFace } from './face-record.js';
import type { Input } from './image-ref.js';
import type { Flow, LivenessChallenge, PolicyVersion } from './policy.js';
import type { Check, ReasonCode } from './reasons.js';
import type { Command, Status } from './status.js';

export type Mode = 'live' | 'test';

/** Whose data this is: part of every key, id, prefix and collection. */
export interface Tenant {
  account: string;
  mode: Mode;
}

/** What somebody asked of a session, for the record. */
export interface Action {
  command: Command;
  /** Id of the API key, and of the operator where one was named. Never a name or an address. */
  by: string;
  /** Of a review. */
  decision?: ReviewDecision;
  /** Milliseconds since the epoch. */
  at: number;
}

/** `resubmit`: the person shall hand in other photos. */
export type ReviewDecision = 'approve' | 'reject' | 'resubmit';

/** A capture that the person may begin, or has begun. */
export interface LivenessCapture {
  /** Rekognition's SessionId: good for one capture, for three minutes. */
  id: string;
  challenge: LivenessChallenge;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/** What a verification session says of itself: the workflow's state, the row's body and the Query's answer. */
export interface SessionState {
  sessionId: string;
  flow: Flow;
  status: Status;
  /** Grows with every change, so that an older copy never overwrites a newer one. */
  revision: number;
  policy: PolicyVersion;
  attempts: { used: number; max: number };
  /** Inputs the session takes at all, under the policy it began with. */
  inputs: readonly Input[];
  /** Inputs the session waits for. */
  missingInputs: readonly Input[];
  /** Why the last attempt did not pass; most important first. */
  reasons: readonly ReasonCode[];
  /** Checks of the last attempt. */
  checks: readonly CheckResult[];
  /** Who this session is about: the claimed user, or the one an unknown face was recognised as. */
  subject?: string;
  /** The face this session registered. */
  face?: IndexedFace;
  /** Something found after the answer that a human should look at. */
  flagged?: ReasonCode;
  /** The capture of the next attempt; absent until the person starts one. */
  liveness?: LivenessCapture;
  /** An answer ahead of the end: every check but the pending ones has passed. Never shown beside a final status. */
  provisional?: { outcome: 'verified'; pending: readonly Check[] };
  /** Of an `expired` session: the input the person did not get past. */
  abandonedAt?: Input;
  /** When operators were told again that the session waits for them, milliseconds since the epoch. */
  escalatedAt?: number;
  /** What was asked of the session by operators and callers, oldest first. */
  actions: readonly Action[];
  /** How often the service could not judge; makes a retry under the same key a new request. */
  unavailable: number;
  /** Milliseconds since the epoch. */
  createdAt: number;
  updatedAt: number;
  expiresAt: number;
}

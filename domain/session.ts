import type { CheckResult } from './decision.js';
import type { IndexedFace } from './face-record.js';
import type { Input } from './image-ref.js';
import type { Flow, PolicyVersion } from './policy.js';
import type { ReasonCode } from './reasons.js';
import type { Status } from './status.js';

export type Mode = 'live' | 'test';

/** Whose data this is: part of every key, id, prefix and collection. */
export interface Tenant {
  account: string;
  mode: Mode;
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
  /** Photos the session takes at all, under the policy it began with. */
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
  /** How often the service could not judge; makes a retry under the same key a new request. */
  unavailable: number;
  /** Milliseconds since the epoch. */
  createdAt: number;
  updatedAt: number;
  expiresAt: number;
}

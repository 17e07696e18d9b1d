import type { Gate } from './gates.js';
import type { PhotoInput } from './image-ref.js';
import type { Check } from './reasons.js';

export type Flow = 'registration' | 'authentication' | 'photo_update';
export type QualityFilter = 'NONE' | 'AUTO' | 'LOW' | 'MEDIUM' | 'HIGH';
export type Need = 'off' | 'optional' | 'required';

/** Similarities, 0–100. The whitepaper ("Parameters") recommends trying 90 to 99. */
export interface Thresholds {
  /** CompareFaces: selfie against document or reference. */
  match: number;
  /** SearchFacesByImage at login. */
  search: number;
  /** SearchFacesByImage at registration: from here on two users are one person. */
  duplicate: number;
  /** From here on, and below `duplicate`, a human looks. Also what every search asks Rekognition for. */
  review: number;
}

export interface FlowPolicy {
  /** Checks that must be recorded as passed before anybody is `verified`. */
  checks: readonly Check[];
  inputs: Readonly<Record<PhotoInput | 'liveness', Need>>;
  /** How many selfies one session may spend. */
  attempts: number;
  /** How long a session waits for input. */
  expiresAfterSeconds: number;
  /** Steps that may finish after the caller has an answer. */
  asynchronous: readonly Check[];
  /** How long `needs_review` and `blocked` wait for a human before the session is given up. */
  reviewWithinSeconds: number;
}

export interface AuthenticationPolicy extends FlowPolicy {
  /** A user who spends this many logins within the window waits until it has passed. A success resets it. */
  lockout: { attempts: number; withinSeconds: number };
  /** Similarity points within which another user counts as tied with the best. */
  margin: number;
  nearTie: 'reject' | 'review';
  /** Quality and search at the same time: a bad selfie costs one search, every other login saves a round trip. */
  speculativeSearch: boolean;
}

/** A versioned file in `policies/`: what a flow asks of a person and how sure it must be. */
export interface Policy {
  name: string;
  version: number;
  gates: readonly Gate[];
  /** Whitepaper, "Parameters": HIGH on every compare, index and search. */
  qualityFilter: QualityFilter;
  /** By face-model version ("7", or "7.0" where a minor version differs); whitepaper, "Model Versioning". */
  thresholds: Readonly<Record<string, Thresholds>>;
  flows: { registration: FlowPolicy; authentication: AuthenticationPolicy };
}

/** How the HTTP API and rows name the policy a session was decided under. */
export interface PolicyVersion {
  name: string;
  version: number;
}

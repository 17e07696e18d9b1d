import type { Gate } from './gates.js';
import type { Input } from './image-ref.js';
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
  inputs: Readonly<Record<Input, Need>>;
  /** How often one session is judged at most. */
  attempts: number;
  /** How long a session waits for input; as long again after an operator had it. */
  expiresAfterSeconds: number;
  /** Steps that may finish after the caller has an answer. */
  asynchronous: readonly Check[];
  /** What becomes of a session that waits for a human. */
  review: ReviewPolicy;
  /** `required`: a session cannot be created without the person's consent. */
  consent: 'optional' | 'required';
}

/**
 * Times count from the moment a session began to wait, and end with the whole (`longestWaitSeconds`). Nothing here can make a
 * session `verified`.
 */
export interface ReviewPolicy {
  /** Then operators are told once more, louder (`escalated`). */
  escalateAfterSeconds: number;
  /** Then `needs_review` ends as `otherwise` says, and `blocked` is cancelled. */
  withinSeconds: number;
  otherwise: 'reject' | 'cancel';
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

/** Who reads the text of a document: Rekognition DetectText or Textract AnalyzeID. */
export type TextReader = 'detect_text' | 'analyze_id';

export type DocumentType = 'passport' | 'id_card' | 'driving_licence' | 'residence_permit' | 'visa';

/** What is read from a document and may be compared with what the caller typed (`profile`). */
export type ComparedField = 'name' | 'birth_date' | 'document_number' | 'address';

export interface DocumentPolicy {
  reader: TextReader;
  types: readonly DocumentType[];
  /** Fields that must agree where the caller typed them. */
  compare: readonly ComparedField[];
  /** A document number that another user registered with. */
  reuse: 'reject' | 'review' | 'allow';
  /** `user.document_expiring` is said this many days before a stored document runs out. */
  expiringWithinDays: number;
}

/** Challenges of Face Liveness; only the second goes without flashing lights (AWS, "Face Liveness challenges"). */
export type LivenessChallenge = 'FaceMovementAndLightChallenge' | 'FaceMovementChallenge';

export interface LivenessPolicy {
  /** Confidence (0–100) from which a capture is taken for a live person. */
  confidence: number;
  challenge: LivenessChallenge;
  /** `reference_image`: the capture's own image is the selfie; `separate`: a selfie is handed in, and compared with it. */
  selfie: 'reference_image' | 'separate';
  /** How many audit images Rekognition keeps of a capture, 0–4. */
  auditImages: number;
  /** So many failures within the window, and nobody may start another capture until the cool-down has passed. */
  coolDown: { failures: number; withinSeconds: number; seconds: number };
}

/** What becomes of a photo once its session needs it no longer: gone, kept for days, or kept until erased or redacted. */
export type Retention = 'none' | 'keep' | { days: number };

/** A versioned file in `policies/`: what a flow asks of a person and how sure it must be. */
export interface Policy {
  name: string;
  version: number;
  gates: readonly Gate[];
  /** Whitepaper, "Parameters": HIGH on every compare, index and search. */
  qualityFilter: QualityFilter;
  /** By face-model version ("7", or "7.0" where a minor version differs); whitepaper, "Model Versioning". */
  thresholds: Readonly<Record<string, Thresholds>>;
  document: DocumentPolicy;
  liveness: LivenessPolicy;
  /** Photos of every attempt, failed ones too. The photo behind a registered face is the user's, not the session's. */
  retention: Readonly<Record<Input, Retention>>;
  flows: { registration: FlowPolicy; authentication: AuthenticationPolicy; photo_update: FlowPolicy };
}

/** How the HTTP API and rows name the policy a session was decided under. */
export interface PolicyVersion {
  name: string;
  version: number;
}

export function versionOf({ name, version }: Policy): PolicyVersion {
  return { name, version };
}

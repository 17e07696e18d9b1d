import type { BoundingBox, ChallengeType } from '../shapes.js';

/** "A SessionId expires 3 minutes after it's sent" (API_CreateFaceLivenessSession), with all that belongs to it. */
const LIFETIME_MS = 180_000;
/** How long the twin still knows that a session has expired; AWS names no time. */
const REMEMBERED_MS = 3_600_000;

/** Where images go instead of into the answer. */
export interface OutputConfig {
  bucket: string;
  /** In front of `/<SessionId>/`; may be empty. */
  prefix: string;
}

/** An image of a capture and the face in it; `s3` where it was written to a bucket, the twin's own `file` otherwise. */
export interface CaptureImage {
  boundingBox: BoundingBox;
  file?: string;
  s3?: { bucket: string; key: string; version?: string };
}

/** What a capture came to. Without a confidence it failed: there was no one person to judge. */
export interface Outcome {
  /** 0-100. */
  confidence?: number;
  reference?: CaptureImage;
  audit: CaptureImage[];
}

/** One Face Liveness session as it is stored. */
export interface LivenessSession {
  id: string;
  /** Milliseconds since 1970. */
  createdAt: number;
  token?: string;
  /** 0-4. */
  auditImagesLimit: number;
  challenge: { type: ChallengeType; version: string };
  output?: OutputConfig;
  /** What the images in the bucket are encrypted with. */
  kmsKeyId?: string;
  outcome?: Outcome;
}

/** What GetFaceLivenessSessionResults calls the state of a session (API_GetFaceLivenessSessionResults). */
export type SessionStatus = 'CREATED' | 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED' | 'EXPIRED';

/** The state of a stored session; a capture that is being judged is known to the store only. */
export function statusOf({ createdAt, outcome }: LivenessSession, now: number): SessionStatus {
  if (now - createdAt >= LIFETIME_MS) return 'EXPIRED';
  if (!outcome) return 'CREATED';
  return outcome.confidence === undefined ? 'FAILED' : 'SUCCEEDED';
}

/** The session is so old that the twin forgets it. */
export function isForgotten({ createdAt }: LivenessSession, now: number): boolean {
  return now - createdAt >= REMEMBERED_MS;
}

import type { Outcome } from './decision.js';
import type { Check, ReasonCode } from './reasons.js';

/** A face in a photo, as Rekognition describes it. What it does not say is absent. */
export interface FaceFact {
  /** Left, top, width, height: ratios of the photo, 0–1. */
  box?: readonly number[];
  /** 0–100: how sure Rekognition is that this is a face. */
  confidence?: number;
  /** Points by Rekognition's names, each left and top as ratios of the photo. */
  landmarks?: Readonly<Record<string, readonly number[]>>;
  /** Degrees. */
  pose?: { yaw?: number; pitch?: number; roll?: number };
  /** 0–100 each. */
  quality?: { brightness?: number; sharpness?: number };
  /** How likely it is, 0–100, that something hides the face or that its eyes are open. */
  likelihoods?: { sunglasses?: number; eyeglasses?: number; occluded?: number; eyesOpen?: number };
}

/** What one call told, for later counting (whitepaper, "Monitoring and indicators"). Never text, never a name. */
export interface CallFact {
  /** Name of the API's operation. */
  operation: string;
  requestId: string;
  /** Milliseconds, the whole number. */
  durationMs: number;
  /** SHA-256 of the photos, hex. */
  images: readonly string[];
  /** Faces found, however many are described. */
  faces?: number;
  /** The first of them, `MOST_FACES` at most: Rekognition has the largest first. */
  details?: readonly FaceFact[];
  collection?: string;
  /** Similarity that was asked for, 0–100. */
  threshold?: number;
  /** Faces that were similar enough. */
  hits?: number;
  /** How similar, 0–100, the most similar first; `MOST_SIMILARITIES` at most. */
  similarities?: readonly number[];
  /** Why faces were not indexed, in Rekognition's words. */
  unindexed?: readonly string[];
  /** 0–100: of a liveness capture. */
  confidence?: number;
  /** Pieces of text, or fields of a document, that were read. */
  texts?: number;
  /** Why the photo could not be used. */
  fault?: string;
}

/** Another user whose face is the most similar one, 0–100. A pseudonym all the same: for sealed rows only. */
export interface Closest {
  subject: string;
  similarity: number;
}

/** A call's fact with its place in the session. */
export interface NotedFact extends CallFact {
  /** Of the session's attempts, from 1; 0 is the last look after the answer. */
  attempt: number;
  /** Counts the facts of a session, from 1. */
  number: number;
  /** The check it was made for, where it was made for one, and what that came to. */
  check?: Check;
  outcome?: Outcome;
  reasons?: readonly ReasonCode[];
}

/** Facts travel through histories: these bounds keep a photo of a crowd from filling one. */
export const MOST_FACES = 3;
const MOST_SIMILARITIES = 10;

/** A ratio to four digits: a tenth of a pixel of a photo of 1,000. */
export const ratio = (value: number): number => Math.round(value * 10_000) / 10_000;

/** 0–100, or degrees, to two digits. */
export const score = (value: number): number => Math.round(value * 100) / 100;

/** The most similar first, no more than is kept. */
export function similaritiesOf(values: readonly number[]): number[] {
  return [...values]
    .sort((a, b) => b - a)
    .slice(0, MOST_SIMILARITIES)
    .map(score);
}

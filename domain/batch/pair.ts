import { externalImageId } from '../face-record.js';

export type Resolution = 'keep' | 'merge' | 'remove';

/** Two faces of different users that are one person's. Stored once: `first` is the one with the smaller `faceName`. */
export interface DuplicatePair {
  first: PairedFace;
  second: PairedFace;
  /** 0–100. */
  similarity: number;
  /** How it was resolved; absent: not yet. */
  resolution?: Resolution;
  /** Milliseconds since the epoch. */
  at: number;
}

export interface PairedFace {
  faceId: string;
  collection: string;
  subject: string;
  faceKey: string;
}

/** By the names of its faces. */
export interface PairName {
  first: string;
  second: string;
}

/** What tells faces apart: the key alone does not, since one photo may be listed for two users. */
export const faceName = ({ subject, faceKey }: Pick<PairedFace, 'subject' | 'faceKey'>): string =>
  externalImageId(subject, faceKey);

/** The same pair whichever of the two is met first. */
export function pairOf(
  one: PairedFace,
  other: PairedFace,
  found: Pick<DuplicatePair, 'similarity' | 'at'>,
): DuplicatePair {
  const [first, second] = faceName(one) < faceName(other) ? [one, other] : [other, one];
  return { first, second, ...found };
}

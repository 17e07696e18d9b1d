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
  /** Of `merge` the user that stays, of `remove` the face that goes; absent where nobody decided it of this very pair. */
  side?: Side;
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

/** What is to become of a pair, and for `merge` which user stays, for `remove` which face goes. */
export type PairDecision =
  | { resolution: 'keep' }
  | { resolution: 'merge'; into: Side }
  | { resolution: 'remove'; face: Side };

export type Side = 'first' | 'second';

export function sideOf(decision: PairDecision): Side | undefined {
  if (decision.resolution === 'keep') return undefined;
  return decision.resolution === 'merge' ? decision.into : decision.face;
}

/** Why a pair was not resolved. Nothing is lost by asking again: what was done already is not done twice. */
export const pairRefusals = {
  not_found: 'There is no such pair.',
  resolved: 'The pair was resolved otherwise before.',
  user_busy: 'Somebody changes one of the users at this moment. Try again in a minute.',
  user_erasing: 'One of the users is being erased, and the pair goes with it.',
  not_of_job: 'The face was not indexed by this job. Erase its user, if it is to go.',
  registered: 'The user that would go has registered, or has a document. Erase it, if it is to go.',
  photo_gone:
    'A photo of the user that would go is gone, so that its face cannot be indexed for the other one.',
  user_gone: 'The user that would stay has no face any more.',
  had_before: 'The user that would stay had that photo before, and gave it up for another one.',
} as const;
export type PairRefusal = keyof typeof pairRefusals;

/** What came of a decision. */
export type PairAnswer = { resolved: Resolution; side?: Side } | { refused: PairRefusal };

/** Whether what was decided before, or by somebody else at the same moment, is the very same. */
export const isSameDecision = (
  made: { resolution: Resolution; side?: Side | undefined },
  decision: PairDecision,
): boolean => made.resolution === decision.resolution && made.side === sideOf(decision);

export const isSamePair = (one: PairName, other: PairName): boolean =>
  one.first === other.first && one.second === other.second;

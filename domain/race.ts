import { type FaceRecord, listsFace, type Rank } from './face-record.js';

/**
 * What a registration does about another face that is the same person's (docs/decisions/law-of-faces.md):
 * `lose` to a face that is active, `wait` for one that stands earlier in line, `displace` one that stands later,
 * `ignore` one whose row no longer counts.
 */
export type Move = 'lose' | 'wait' | 'displace' | 'ignore';

/**
 * A registration stands in line for seconds. One that has stood there for an hour has lost its workflow (it was
 * terminated), and whoever comes then does not wait for it. Safe even if it lives: what decides is the conditional commit.
 */
const ABANDONED_AFTER_MS = 3_600_000;

/**
 * Judges a rival by its row, read strongly.
 * @param faceId the rival's face id as the search returned it
 */
export function judgeRival(own: Rank, rival: FaceRecord | undefined, faceId: string): Move {
  if (!rival) return 'ignore';
  // The row learns its face id when it becomes active; before that, its key in ExternalImageId vouches for it.
  if (rival.state === 'active') return listsFace(rival, faceId) ? 'lose' : 'ignore';
  if (rival.state !== 'tentative') return 'ignore';
  const apart = own.startedAt - rival.rank.startedAt;
  if (Math.abs(apart) > ABANDONED_AFTER_MS) return apart > 0 ? 'displace' : 'wait';
  return compareRanks(rival.rank, own) < 0 ? 'wait' : 'displace';
}

/** Negative when `a` stands before `b`. Total: two sessions never have equal ranks. */
export function compareRanks(a: Rank, b: Rank): number {
  if (a.startedAt !== b.startedAt) return a.startedAt - b.startedAt;
  if (a.sessionId === b.sessionId) return 0;
  return a.sessionId < b.sessionId ? -1 : 1;
}

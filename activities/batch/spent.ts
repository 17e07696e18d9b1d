import type { ChunkResult, LanePace } from '../../domain/batch/chunk.js';
import type { ChunkClaim, SpentCalls } from '../ports/batch-table.js';
import type { Ports } from '../ports.js';
import { type Clock, systemClock } from './clock.js';
import { persist } from './persist.js';

/** What a heartbeat of a chunk says: how far it is, what it took up to now, earlier tries included, and the lane's pace. */
export interface ChunkBeat extends Pick<ChunkResult, 'calls' | 'throttled' | 'pace'> {
  /** Items that are done. */
  done: number;
}

/** What a try of a chunk goes on with; `pace` where an earlier try of the same activity has told it. */
export type Carried = Pick<ChunkResult, 'calls' | 'throttled'> & {
  pace?: Pick<LanePace, 'next' | 'allowed'>;
};

/** No longer: whoever cancelled the work, or its next try, waits meanwhile. */
const KEEP_FOR_MS = 2_000;

const NOTHING: Carried = { calls: {}, throttled: 0 };

/**
 * What earlier tries of the same work on a chunk have called: their heartbeats say so, and the claim of what came back without
 * a result. Both are sums, so the larger one is the later one.
 * @param work which work it is
 * @param last heartbeat of the try before
 */
export function carriedTo(work: string, claim: ChunkClaim, last: unknown): Carried {
  const kept = claim.spent?.work === work ? claim.spent : NOTHING;
  if (!isBeat(last)) return kept;
  const { calls, throttled, pace } = sumOf(last) >= sumOf(kept) ? last : { ...kept, pace: last.pace };
  return { calls, throttled, pace };
}

const isBeat = (last: unknown): last is ChunkBeat =>
  typeof last === 'object' && last !== null && 'calls' in last && 'pace' in last;

const sumOf = ({ calls, throttled }: Carried) =>
  Object.values(calls).reduce((sum, count) => sum + count, throttled);

/**
 * Does work on a chunk whose calls are to be counted whatever becomes of it: where it brings no result the claim keeps them, for
 * whoever works on the chunk next, or settles it. What a worker took since its last heartbeat goes with it when it is killed.
 * @param work which work it is: what the claim keeps of another one stays
 * @throws what `run` throws
 */
export async function countingSpent<T>(
  batches: Pick<Ports['batches'], 'keepSpent'>,
  { tenant, jobId }: { tenant: Parameters<Ports['batches']['keepSpent']>[0]; jobId: string },
  claim: ChunkClaim,
  work: string,
  made: () => Carried,
  run: () => Promise<T>,
  clock: Clock = systemClock,
): Promise<T> {
  const keep = (spent: SpentCalls | undefined) =>
    // It is a number for the bill: what ended the work is what matters.
    persist(() => batches.keepSpent(tenant, jobId, claim, spent), clock, KEEP_FOR_MS).catch(() => undefined);
  try {
    const result = await run();
    if (claim.spent?.work === work) await keep(undefined); // the result has them
    return result;
  } catch (error) {
    const { calls, throttled } = made();
    if (sumOf({ calls, throttled }) > 0) await keep({ work, calls, throttled });
    throw error;
  }
}

import type { ChunkResult, LanePace } from '../../domain/batch/chunk.js';
import type { ChunkClaim, SpentCalls } from '../ports/batch-table.js';
import type { Ports } from '../ports.js';

/** What a heartbeat of a chunk says: how far it is, what it took up to now, earlier tries included, and the lane's pace. */
export interface ChunkBeat extends Pick<ChunkResult, 'calls' | 'throttled' | 'pace'> {
  /** Items that are done. */
  done: number;
}

/** What a try of a chunk goes on with; `pace` where an earlier try of the same activity has told it. */
export type Carried = Pick<ChunkResult, 'calls' | 'throttled'> & {
  pace?: Pick<LanePace, 'next' | 'allowed'>;
};

const NOTHING: Carried = { calls: {}, throttled: 0 };

/**
 * What earlier tries of the same work on a chunk have called: their heartbeats say so, and the claim of what came back without
 * a result. Both are sums, so the larger one is the later one.
 * @param last heartbeat of the try before
 */
export function carriedTo(of: string, claim: ChunkClaim, last: unknown): Carried {
  const kept = claim.spent?.of === of ? claim.spent : NOTHING;
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
 * @param of which work it is
 * @throws what `work` throws
 */
export async function countingSpent<T>(
  batches: Pick<Ports['batches'], 'keepSpent'>,
  { tenant, jobId }: { tenant: Parameters<Ports['batches']['keepSpent']>[0]; jobId: string },
  claim: ChunkClaim,
  of: string,
  made: () => Carried,
  work: () => Promise<T>,
): Promise<T> {
  const keep = (spent: SpentCalls | undefined) =>
    // It is a number for the bill: what ended the work is what matters.
    batches.keepSpent(tenant, jobId, claim, spent).catch(() => undefined);
  try {
    const result = await work();
    if (claim.spent) await keep(undefined); // the result has them
    return result;
  } catch (error) {
    const { calls, throttled } = made();
    if (sumOf({ calls, throttled }) > 0) await keep({ of, calls, throttled });
    throw error;
  }
}

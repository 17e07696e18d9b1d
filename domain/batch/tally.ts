import type { ChunkResult } from './chunk.js';
import type { ItemCounts } from './item.js';
import type { BatchState } from './job.js';
import { addSample } from './samples.js';

/** What a chunk changes of what its job says. */
export type Tally = Pick<BatchState, 'counts' | 'calls' | 'throttled' | 'samples'>;

/**
 * Adds what came of a chunk. What its ledger said before was counted when it was worked on before.
 * @param now milliseconds since the epoch
 */
export function addResult(
  { counts, calls, throttled, samples }: Tally,
  result: Pick<ChunkResult, 'items' | 'counts' | 'before' | 'calls' | 'throttled'>,
  now: number,
): Tally {
  return {
    counts: sumOf(sumOf(counts, result.counts), result.before ?? {}, -1),
    calls: sumOf(calls, result.calls),
    throttled: throttled + result.throttled,
    samples: addSample(samples, now, {
      items: result.items,
      calls: Object.values(result.calls).reduce((sum, count) => sum + count, result.throttled),
      throttled: result.throttled,
    }),
  };
}

/** Dead letters among the items. */
export const deadLetters = (counts: ItemCounts): number =>
  Object.entries(counts).reduce((sum, [key, count]) => sum + (key.startsWith('dead_letter') ? count : 0), 0);

function sumOf<Key extends string>(
  one: Readonly<Partial<Record<Key, number>>>,
  other: Readonly<Partial<Record<Key, number>>>,
  sign = 1,
): Record<string, number> {
  const sum: Record<string, number> = { ...(one as Record<string, number>) };
  for (const [key, count] of Object.entries<number | undefined>(other)) {
    sum[key] = (sum[key] ?? 0) + sign * (count ?? 0);
  }
  return Object.fromEntries(Object.entries(sum).filter(([, count]) => count !== 0));
}

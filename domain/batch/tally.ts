import type { ChunkResult } from './chunk.js';
import { countKey, type ItemCounts, type ItemReason } from './item.js';
import type { BatchState } from './job.js';
import { addSample } from './samples.js';

/** What a chunk changes of what its job says. */
export type Tally = Pick<BatchState, 'counts' | 'calls' | 'throttled' | 'samples'>;

/** What came of a chunk. */
export type Counted = Omit<ChunkResult, 'pace'> & {
  /** Items that something was done with, as the progress of the phase counts them; absent: all that the ledger has. */
  worked?: number;
};

/**
 * Adds what came of a chunk. What its ledger said before was counted when it was worked on before.
 * @param now milliseconds since the epoch
 */
export function addResult({ counts, calls, throttled, samples }: Tally, result: Counted, now: number): Tally {
  return {
    counts: sumOf(sumOf(counts, result.counts), result.before ?? {}, -1),
    calls: sumOf(calls, result.calls),
    throttled: throttled + result.throttled,
    samples: addSample(samples, now, {
      items: result.worked ?? result.items,
      calls: Object.values(result.calls).reduce((sum, count) => sum + count, result.throttled),
      throttled: result.throttled,
    }),
  };
}

/** Dead letters among the items, of some reasons; of all where there are none. */
export function deadLetters(counts: ItemCounts, reasons: readonly ItemReason[] = []): number {
  const keys = reasons.map((reason) => countKey({ status: 'dead_letter', reason }));
  const isMeant = (key: string) => key.startsWith('dead_letter') && (keys.length === 0 || keys.includes(key));
  return Object.entries(counts).reduce((sum, [key, count]) => sum + (isMeant(key) ? count : 0), 0);
}

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

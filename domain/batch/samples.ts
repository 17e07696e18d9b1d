import type { BatchSample } from './job.js';

/** Milliseconds that a stretch lasts at least. */
const SHORTEST_MS = 30_000;
/** Of those the newest; an estimate needs the last minutes as they were. */
const FINE = 40;
/** At most, so that a job says as much of itself on its last day as on its first. */
const MOST = 120;

/** What came of some work: it belongs to the stretch of time that it ended in. */
export type Worked = Omit<BatchSample, 'at'>;

/**
 * The samples with more work in them. Older stretches grow together, the shortest neighbours first.
 * @param now milliseconds since the epoch
 */
export function addSample(samples: readonly BatchSample[], now: number, work: Worked): BatchSample[] {
  const last = samples.at(-1);
  if (last && now - last.at < SHORTEST_MS) return [...samples.slice(0, -1), sum(last, work)];
  const more = [...samples, { at: now, ...work }];
  return more.length > MOST ? thinned(more) : more;
}

function thinned(samples: readonly BatchSample[]): BatchSample[] {
  const spanAt = (index: number) => (samples[index + 2]?.at ?? 0) - (samples[index]?.at ?? 0);
  let shortest = 0;
  for (let index = 1; index < samples.length - FINE - 2; index++) {
    if (spanAt(index) < spanAt(shortest)) shortest = index;
  }
  const [one, other] = samples.slice(shortest, shortest + 2) as [BatchSample, BatchSample];
  return [...samples.slice(0, shortest), sum(one, other), ...samples.slice(shortest + 2)];
}

function sum(sample: BatchSample, { items, calls, throttled }: Worked): BatchSample {
  return {
    at: sample.at,
    items: sample.items + items,
    calls: sample.calls + calls,
    throttled: sample.throttled + throttled,
  };
}

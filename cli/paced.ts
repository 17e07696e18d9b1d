import { setTimeout } from 'node:timers/promises';

/** How fast a list is worked through. */
export interface Pace {
  /** Begun a second at most; a slow one does not make the next ones come in a burst. */
  rate: number;
  /** Under way at the same time at most. */
  atOnce: number;
}

/**
 * Does `work` for each of `items`, in their order. The first failure is thrown once what is under way has ended; nothing
 * further is begun after it.
 */
export async function paced<T>(
  items: readonly T[],
  { rate, atOnce }: Pace,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  const failures: unknown[] = [];
  for (const [nth, item] of items.entries()) {
    if (nth > 0) await setTimeout(1_000 / rate);
    if (underWay.size >= atOnce) await Promise.race(underWay);
    if (failures.length > 0) break;
    const one: Promise<void> = work(item)
      .catch((error: unknown) => void failures.push(error))
      .finally(() => underWay.delete(one));
    underWay.add(one);
  }
  await Promise.all(underWay);
  if (failures.length > 0) throw failures[0];
}

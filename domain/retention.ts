import { DAY_MS } from './days.js';
import type { Input } from './image-ref.js';
import type { Retention } from './policy.js';

/** How long photos of a session are kept, by what they were handed in as. */
export type Kept = Readonly<Partial<Record<Input, Retention>>>;

/**
 * When a photo of an ended session has to be gone, in milliseconds since the epoch. Undefined: it is kept until somebody asks,
 * or nothing is known of it.
 */
export function keptUntil(endedAt: number, kept: Kept, input: string): number | undefined {
  const retention = Object.hasOwn(kept, input) ? kept[input as Input] : undefined;
  return typeof retention === 'object' ? endedAt + retention.days * DAY_MS : undefined;
}

/** When the last of those photos is gone that are kept for days; undefined where none is. */
export function lastKeptUntil(endedAt: number, kept: Kept): number | undefined {
  const times = Object.keys(kept).flatMap((input) => keptUntil(endedAt, kept, input) ?? []);
  return times.length > 0 ? Math.max(...times) : undefined;
}

import { setTimeout as delay } from 'node:timers/promises';
import { throttled } from './to-failure.js';

/** How long a call may wait for its turn before it counts as throttled: somebody is waiting for the answer. */
const PATIENCE_MS = 1_000;

/** Waits for a turn. @throws ApplicationFailure `Throttled` when the turn would come too late */
export type Pace = (operation: string) => Promise<void>;

/**
 * A token bucket per operation and process: local activities are not limited by task queues, so this keeps a burst of
 * logins inside the quota. A bucket holds one second's worth of calls, at least one.
 * @param tps calls a second by operation; an operation that is not named is not limited
 * @param now milliseconds that never go back
 */
export function createPace(
  tps: Readonly<Record<string, number>>,
  now: () => number = () => performance.now(),
  sleep: (ms: number) => Promise<unknown> = delay,
): Pace {
  const freeAt = new Map<string, number>();
  return async (operation) => {
    const rate = tps[operation];
    if (!rate) return;
    const time = now();
    const interval = 1_000 / rate;
    const full = time - Math.max(0, 1_000 - interval);
    const turn = Math.max(freeAt.get(operation) ?? full, full);
    const wait = turn - time;
    if (wait > PATIENCE_MS) {
      throw throttled(`${operation} is paced at ${rate} a second`);
    }
    freeAt.set(operation, turn + interval);
    if (wait > 0) await sleep(wait);
  };
}

import { failures } from '../../workflows/failures.js';
import { failureType } from '../failure-type.js';
import { type Clock, jittered } from './clock.js';

/** Then the whole chunk waits: Temporal does that better, and an operator sees it there. */
export const NOTHING_SUCCEEDS_MS = 30_000;

const PASSING: readonly (string | undefined)[] = [failures.throttled, failures.dependencyUnavailable];

/**
 * Does what must be done, again and again for half a minute while it is throttled or a service does not answer.
 * @param forMs milliseconds after which no other try begins
 */
export async function persist<T>(
  work: () => Promise<T>,
  { now, sleep }: Clock,
  forMs = NOTHING_SUCCEEDS_MS,
): Promise<T> {
  const began = now();
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!PASSING.includes(failureType(error)) || now() - began > forMs) throw error;
    }
    await sleep(jittered(tries));
  }
}

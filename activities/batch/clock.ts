import { setTimeout as delay } from 'node:timers/promises';

/** Time, for whoever waits. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(ms: number): Promise<unknown>;
}

export const systemClock: Clock = { now: Date.now, sleep: (ms) => delay(ms) };

const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 5_000;

/** Full jitter, so that those which were turned away do not come back together. @param tries that failed so far, from 1 */
export const jittered = (tries: number): number =>
  Math.ceil(Math.random() * Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (tries - 1)));

import { setTimeout as delay } from 'node:timers/promises';
import { duration, type Log } from './progress.js';

/** Something that runs until it is closed, or ends by itself: then `ended` tells how, in words after its name. */
export interface Running {
  ended: Promise<string>;
  close: () => Promise<void>;
}

/** Waits between restarts, in milliseconds: doubled from `first` to `longest`, forgotten after `calm` of running. */
export interface Backoff {
  first: number;
  longest: number;
  calm: number;
}

const BACKOFF: Backoff = { first: 500, longest: 30_000, calm: 30_000 };

/**
 * Starts something and starts it again, later and later, each time that it ends without being asked to. Rejects when
 * the first start does; what goes wrong afterwards is logged and tried again. `close` ends it for good.
 */
export async function keepRunning<R extends Running>(
  name: string,
  start: () => Promise<R>,
  log: Log,
  backoff: Backoff = BACKOFF,
): Promise<{ current: () => R; close: () => Promise<void> }> {
  const closing = new AbortController();
  let current = await start();
  const watch = async () => {
    let wait = backoff.first;
    let started = Date.now();
    let how = await current.ended;
    while (!closing.signal.aborted) {
      if (Date.now() - started > backoff.calm) wait = backoff.first;
      log(`${name} ${how}; starting it again in ${duration(wait / 1000)}`);
      await delay(wait, undefined, { signal: closing.signal }).catch(() => {});
      if (closing.signal.aborted) return;
      wait = Math.min(wait * 2, backoff.longest);
      started = Date.now();
      try {
        current = await start();
        log(`${name} is started again`);
        if (closing.signal.aborted) return await current.close();
        how = await current.ended;
      } catch (error) {
        how = `does not start: ${(error as Error).message}`;
      }
    }
  };
  const watching = watch();
  return {
    current: () => current,
    close: async () => {
      closing.abort();
      await current.close();
      await watching;
    },
  };
}

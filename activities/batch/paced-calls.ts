import { sleep } from '@temporalio/activity';
import type { ChunkResult, LanePace } from '../../domain/batch/chunk.js';
import type { BatchApi } from '../../domain/batch/job.js';
import { beginTurns, noteAnswer, paceAfter, takeTurn } from '../../domain/batch/pace.js';
import { failures } from '../../workflows/failures.js';
import { failureType } from '../failure-type.js';

/** Calls of a chunk, each in its turn. */
export interface PacedCalls {
  /**
   * Makes a call when it is its turn, again and again while it is throttled, and a few times while the service does not answer.
   * @throws ApplicationFailure what `send` throws: a throttle when nothing has succeeded for half a minute
   */
  call<T>(api: BatchApi, send: () => Promise<T>): Promise<T>;
  /** Up to now. */
  made(): Pick<ChunkResult, 'calls' | 'throttled' | 'pace'>;
}

/** Then the whole chunk waits: Temporal does that better, and an operator sees it there. */
const NOTHING_SUCCEEDS_MS = 30_000;
const TRIES = 5;
const FIRST_DELAY_MS = 200;

export function createPacedCalls(pace: LanePace, now: () => number = Date.now): PacedCalls {
  let turns = beginTurns(pace, now());
  let succeeded = now();
  const calls: Partial<Record<BatchApi, number>> = {};
  let throttled = 0;

  async function once<T>(api: BatchApi, send: () => Promise<T>): Promise<T> {
    const turn = takeTurn(turns, api, now());
    turns = turn.turns;
    const wait = turn.at - now();
    if (wait > 0) await sleep(wait);
    calls[api] = (calls[api] ?? 0) + 1;
    try {
      const answer = await send();
      succeeded = now();
      turns = noteAnswer(turns, false, succeeded);
      return answer;
    } catch (error) {
      const isThrottle = failureType(error) === failures.throttled;
      if (isThrottle) throttled++;
      turns = noteAnswer(turns, isThrottle, now());
      throw error;
    }
  }

  return {
    async call(api, send) {
      for (let failed = 0, tries = 0; ; tries++) {
        try {
          return await once(api, send);
        } catch (error) {
          const type = failureType(error);
          if (type === failures.dependencyUnavailable) failed++;
          else if (type !== failures.throttled) throw error;
          if (failed >= TRIES || now() - succeeded > NOTHING_SUCCEEDS_MS) throw error;
        }
        // Full jitter, so that those which were turned away do not come back together.
        await sleep(Math.ceil(Math.random() * Math.min(5_000, FIRST_DELAY_MS * 2 ** tries)));
      }
    },
    made: () => ({ calls: { ...calls }, throttled, pace: paceAfter(turns, now()) }),
  };
}

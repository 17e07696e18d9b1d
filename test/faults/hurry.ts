import type { Duration } from '@temporalio/common';
import { msToNumber } from '@temporalio/common/lib/time.js';
import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';

/** Longer than any call takes that is not disturbed, also where dozens run at once. Milliseconds. */
const LONGEST_TRY_MS = 6_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1_000;

/** Pauses that somebody waits out to see what comes after; deadlines of sessions are longer and stay. Milliseconds. */
const PATIENCE = { from: 2_001, to: 120_000, instead: 1_000 };

/**
 * The workflows as they are, in a hurry: part of the sweep's bundle only. What a workflow orders is the same, but tries end
 * sooner, come again sooner, and nobody waits a minute for the tail.
 */
export const interceptors: WorkflowInterceptorsFactory = () => ({
  outbound: [
    {
      scheduleActivity: (input, next) => next({ ...input, options: hurried(input.options) }),
      scheduleLocalActivity: (input, next) => next({ ...input, options: hurried(input.options) }),
      startTimer(input, next) {
        const { from, to, instead } = PATIENCE;
        const isPause = input.durationMs >= from && input.durationMs <= to;
        return next(isPause ? { ...input, durationMs: instead } : input);
      },
    },
  ],
});

interface Hurried {
  startToCloseTimeout?: Duration;
  retry?: { initialInterval?: Duration; maximumInterval?: Duration };
}

function hurried<Options extends Hurried>(options: Options): Options {
  const { startToCloseTimeout = LONGEST_TRY_MS, retry } = options;
  return {
    ...options,
    startToCloseTimeout: atMost(startToCloseTimeout, LONGEST_TRY_MS),
    retry: {
      ...retry,
      initialInterval: atMost(retry?.initialInterval ?? FIRST_PAUSE_MS, FIRST_PAUSE_MS),
      maximumInterval: atMost(retry?.maximumInterval ?? LONGEST_PAUSE_MS, LONGEST_PAUSE_MS),
    },
  };
}

const atMost = (duration: Duration, ms: number) => Math.min(msToNumber(duration), ms);

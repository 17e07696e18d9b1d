import {
  condition,
  isCancellation,
  TemporalFailure,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { searchAttributes } from './search-attributes.js';

/** How long an operator may take to mend something before it is tried again, in milliseconds. */
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 3_600_000;

/** Finds the workflow for whoever looks after `Reason = "operator_must_act"` (docs/operations.md). */
const alert = { key: searchAttributes.reason, value: 'operator_must_act' };

/** How often somebody said that things are mended. Of this workflow: each has its own copy of every module. */
let mended = 0;

/** How often a step has begun to wait for an operator. */
let pauses = 0;

/** Grows with every step that begins, or begins again, to wait for an operator. */
export function pausesBegun(): number {
  return pauses;
}

/** Ends the pauses of every step that waits for an operator: somebody says that what it needs is mended. */
export function tryAgainNow(): void {
  mended += 1;
}

/**
 * Repeats a step that must come to its end though an activity gave up on it: no retry mends a missing permission, but
 * somebody will. The reason that operators saw before comes back afterwards.
 * @throws CancelledFailure where the step is cancelled
 */
export async function persist<T>(step: () => Promise<T>): Promise<T> {
  let reason: string | undefined;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      const result = await step();
      if (pause > FIRST_PAUSE_MS) upsertSearchAttributes([{ ...alert, value: reason ?? null }]);
      return result;
    } catch (error) {
      // Who is cancelled has nothing that an operator could mend.
      if (!(error instanceof TemporalFailure) || isCancellation(error)) throw error;
      if (pause === FIRST_PAUSE_MS) {
        reason = workflowInfo().typedSearchAttributes.get(alert.key);
        upsertSearchAttributes([alert]);
      }
      await untilMended(pause);
    }
  }
}

/** A pause that ends early when somebody says so. */
async function untilMended(pauseMs: number): Promise<void> {
  pauses += 1;
  const before = mended;
  const summary = 'until an operator has mended what this step needs';
  await condition(() => mended > before, pauseMs, { summary });
}

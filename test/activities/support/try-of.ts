import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';

const silent = new DefaultLogger('ERROR', () => undefined);

/** One try of an activity, which can be cancelled; its log is not shown. @param last what the try before said last */
export function attempt(number = 1, last?: unknown): MockActivityEnvironment {
  return new MockActivityEnvironment({ attempt: number, heartbeatDetails: last }, { logger: silent });
}

/** Runs an activity as Temporal's `attempt`-th try of it. */
export function tryOf<R>(number: number, activity: () => Promise<R>): Promise<R> {
  return attempt(number).run(activity);
}

/** Where a search is no longer repeated, but taken as it is. */
export const LAST_TRY = 6;

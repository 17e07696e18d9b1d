import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';

const silent = new DefaultLogger('ERROR', () => undefined);

/** Runs an activity as Temporal's `attempt`-th try of it. */
export function tryOf<R>(attempt: number, activity: () => Promise<R>): Promise<R> {
  return new MockActivityEnvironment({ attempt }, { logger: silent }).run(activity);
}

/** Where a search is no longer repeated, but taken as it is. */
export const LAST_TRY = 4;

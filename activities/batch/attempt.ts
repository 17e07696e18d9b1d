import { asyncLocalStorage, Context } from '@temporalio/activity';

/** One try of an activity that works on a chunk. */
export interface Attempt {
  /** From 1. */
  number: number;
  /** What the last heartbeat of the try before said. */
  last: unknown;
  heartbeat(details: unknown): void;
  /** Cancelled, or its worker shuts down: nothing new is to begin. */
  stop: AbortSignal;
}

/**
 * Works outside of the activity's own context: calls to AWS would be broken off with it otherwise, and what is under way is to
 * come to its end first. The work looks at `stop` itself.
 */
export function inAttempt<T>(work: (attempt: Attempt) => Promise<T>): Promise<T> {
  const context = Context.current();
  const attempt: Attempt = {
    number: context.info.attempt,
    last: context.info.heartbeatDetails,
    heartbeat: (details) => context.heartbeat(details),
    stop: context.cancellationSignal,
  };
  return asyncLocalStorage.exit(() => work(attempt));
}

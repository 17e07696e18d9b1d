import { ApplicationFailure } from '@temporalio/common';
import type { ItemOutcome } from '../../domain/batch/item.js';
import { failures } from '../../workflows/failures.js';
import type { Clock } from './clock.js';
import { persist } from './persist.js';

/** Outcomes that one write takes (BatchWriteItem, API reference). */
const AT_ONCE = 25;

/** An outcome waits no longer for others: its user is held meanwhile. */
const LONGEST_WAIT_MS = 500;

/** Writes outcomes, some at once. */
export interface Recorder {
  /** @param written what follows once the ledger has it */
  add(outcome: ItemOutcome, written?: () => Promise<void>): void;
  /** Until everything that was added so far is written, and what follows is done. @throws what kept it from that */
  drain(): Promise<void>;
  /** What keeps outcomes from being written; nothing is written any more. */
  failed(): unknown;
}

interface Waiting {
  outcome: ItemOutcome;
  written?: (() => Promise<void>) | undefined;
}

/** @param write false: a later try has the chunk */
export function createRecorder(
  write: (outcomes: readonly ItemOutcome[]) => Promise<boolean>,
  clock: Clock,
): Recorder {
  const waiting: Waiting[] = [];
  let writing: Promise<void> = Promise.resolve();
  const following = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let failure: unknown;

  async function writeSome(some: readonly Waiting[]): Promise<void> {
    if (failure) return;
    try {
      const outcomes = some.map(({ outcome }) => outcome);
      if (!(await persist(() => write(outcomes), clock))) throw laterTry();
      for (const { written } of some) if (written) follow(written);
    } catch (error) {
      failure ??= error;
    }
  }

  function follow(written: () => Promise<void>): void {
    const done: Promise<void> = persist(written, clock)
      .catch((error: unknown) => {
        failure ??= error;
      })
      .finally(() => following.delete(done));
    following.add(done);
  }

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    while (waiting.length > 0) {
      const some = waiting.splice(0, AT_ONCE);
      writing = writing.then(() => writeSome(some));
    }
  }

  return {
    add(outcome, written) {
      waiting.push({ outcome, written });
      if (waiting.length >= AT_ONCE) flush();
      else timer ??= setTimeout(flush, LONGEST_WAIT_MS);
    },
    async drain() {
      flush();
      await writing;
      await Promise.all(following);
      if (failure) throw failure;
    },
    failed: () => failure,
  };
}

export const laterTry = () =>
  ApplicationFailure.create({
    type: failures.dependencyUnavailable,
    message: 'A later try of this chunk has it.',
  });

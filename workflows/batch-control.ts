import { ApplicationFailure, CancellationScope, setHandler } from '@temporalio/workflow';
import { allowedBatchCommands, type BatchCommand } from '../domain/batch/commands.js';
import type { BatchAction } from '../domain/batch/job.js';
import { nextChange } from '../domain/batch/rate-windows.js';
import type { Job } from './batch-job.js';
import {
  type BatchCancel,
  type BatchRate,
  type BatchResume,
  type BatchRetry,
  batchStateQuery,
  cancelBatch,
  pauseBatch,
  rateBatch,
  resumeBatch,
  retryBatch,
} from './batch-messages.js';
import { failures } from './failures.js';
import type { Actor } from './messages.js';

/** Who asked, where Temporal does not say. */
const OPERATOR = 'temporal';

/** Sets the handlers of every message that a batch job understands. Each answers at once: what follows shows in the state. */
export function controlJob(job: Job): void {
  const { state } = job;
  const action = (command: BatchCommand, by: string): BatchAction => ({ command, by, at: Date.now() });
  const requireAllowed = (command: BatchCommand) => {
    const allowed = job.isStopped() ? [] : allowedBatchCommands(state(), Date.now());
    if (!allowed.includes(command)) refuse(job, command, allowed);
  };

  setHandler(batchStateQuery, state, { description: 'Where the job stands' });
  setHandler(
    pauseBatch,
    ({ by }) => {
      job.pause(action('pause', by));
      return state();
    },
    {
      description: 'Begins no more chunks, until it is resumed',
      validator: (_: Actor) => requireAllowed('pause'),
    },
  );
  setHandler(
    resumeBatch,
    ({ by, costCeiling }) => {
      job.resume(action('resume', by), costCeiling);
      return state();
    },
    {
      description:
        'Goes on: after a pause, at a higher cost ceiling, or once the cause of a block was mended',
      validator: ({ costCeiling }: BatchResume) => {
        requireAllowed('resume');
        requireRoom(job, costCeiling);
      },
    },
  );
  setHandler(
    rateBatch,
    ({ by, rates, named, windows }) => {
      job.rate(action('rate', by), { rates, ...(named ? { named } : {}), ...(windows ? { windows } : {}) });
      return state();
    },
    {
      description: 'Other rates, from the next chunk on',
      validator: ({ windows = [] }: BatchRate) => {
        requireAllowed('rate');
        nextChange({ windows }, Date.now()); // throws where one is no window: the job would not get past it
      },
    },
  );
  setHandler(
    retryBatch,
    ({ by, reasons }) => {
      job.askRetry(action('retry', by), reasons);
      return state();
    },
    {
      description: 'Tries dead letters again',
      validator: (_: BatchRetry) => requireAllowed('retry'),
    },
  );
  setHandler(
    cancelBatch,
    ({ by, rollback }) => {
      job.cancel(action('cancel', by), rollback);
      return state();
    },
    {
      description: 'Stops the job; what it has indexed stays, or is taken back',
      validator: (_: BatchCancel) => requireAllowed('cancel'),
    },
  );
  // `temporal workflow cancel` means the same as the cancel command.
  void CancellationScope.current().cancelRequested.catch(() => {
    job.letGo();
    const isLate = job.isStopped() || !allowedBatchCommands(state(), Date.now()).includes('cancel');
    if (!isLate) job.cancel(action('cancel', OPERATOR), false);
  });
}

/** A job at its ceiling would pause again before it has done anything. */
function requireRoom(job: Job, costCeiling?: number): void {
  const { cost, spec } = job.state();
  const ceiling = costCeiling ?? spec.costCeiling;
  if (ceiling === undefined || ceiling > cost) return;
  throw ApplicationFailure.create({
    type: failures.ceilingTooLow,
    message: `The job has cost ${cost.toFixed(2)} USD, and may cost ${ceiling}: resume it with a higher cost ceiling.`,
    nonRetryable: true,
    details: [{ cost, costCeiling: ceiling }],
  });
}

function refuse(job: Job, command: BatchCommand, allowed: readonly BatchCommand[]): never {
  const { status, phase } = job.state();
  throw ApplicationFailure.create({
    type: failures.wrongStatus,
    message: `A batch job that is ${status} (${job.isStopped() ? 'being cancelled' : phase}) cannot be asked to ${command}.`,
    nonRetryable: true,
    details: [{ status, allowed }],
  });
}

import { ApplicationFailure, CancellationScope, setHandler } from '@temporalio/workflow';
import { allowedBatchCommands, type BatchCommand, standingOf } from '../domain/batch/commands.js';
import type { BatchAction } from '../domain/batch/job.js';
import { nextChange } from '../domain/batch/rate-windows.js';
import { changedRates, tooSlow } from '../domain/batch/rates.js';
import type { Job } from './batch-job.js';
import {
  type BatchActor,
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

/** Who asked, where Temporal does not say. */
const OPERATOR = 'temporal';

/** Sets the handlers of every message that a batch job understands. Each answers at once: what follows shows in the state. */
export function controlJob(job: Job): void {
  const { state } = job;
  const action = (command: BatchCommand, { by, request }: BatchActor): BatchAction => ({
    ...{ command, by, at: Date.now() },
    ...(request ? { request } : {}),
  });
  const requireAllowed = (command: BatchCommand, { request }: BatchActor) => {
    requireOwnKey(job, request);
    const allowed = allowedBatchCommands(state(), Date.now());
    if (!allowed.includes(command)) refuse(job, command, allowed);
  };

  setHandler(batchStateQuery, state, { description: 'Where the job stands' });
  setHandler(
    pauseBatch,
    (actor) => {
      job.pause(action('pause', actor));
      return state();
    },
    {
      description: 'Begins no more chunks, until it is resumed',
      validator: (actor: BatchActor) => requireAllowed('pause', actor),
    },
  );
  setHandler(
    resumeBatch,
    ({ costCeiling, ...actor }) => {
      job.resume(action('resume', actor), costCeiling);
      return state();
    },
    {
      description:
        'Goes on: after a pause, at a higher cost ceiling, or once the cause of a block was mended',
      validator: ({ costCeiling, ...actor }: BatchResume) => {
        requireAllowed('resume', actor);
        requireRoom(job, costCeiling);
      },
    },
  );
  setHandler(
    rateBatch,
    ({ by, request, ...change }) => {
      job.rate(action('rate', { by, ...(request ? { request } : {}) }), change);
      return state();
    },
    {
      description: 'Other rates, from the next chunk on',
      validator: (change: BatchRate) => {
        requireAllowed('rate', change);
        const changed = changedRates(state().spec, change);
        nextChange(changed, Date.now()); // throws where one is no window: the job would not get past it
        requireSpeed(changed);
      },
    },
  );
  setHandler(
    retryBatch,
    ({ reasons, ...actor }) => {
      job.askRetry(action('retry', actor), reasons);
      return state();
    },
    {
      description: 'Tries dead letters again',
      validator: (retry: BatchRetry) => requireAllowed('retry', retry),
    },
  );
  setHandler(
    cancelBatch,
    ({ rollback, ...actor }) => {
      job.cancel(action('cancel', actor), rollback);
      return state();
    },
    {
      description: 'Stops the job; what it has indexed stays, or is taken back',
      validator: (cancel: BatchCancel) => requireAllowed('cancel', cancel),
    },
  );
  // `temporal workflow cancel` means the same as the cancel command.
  void CancellationScope.current().cancelRequested.catch(() => {
    job.letGo();
    const isLate = !allowedBatchCommands(state(), Date.now()).includes('cancel');
    if (!isLate) job.cancel(action('cancel', { by: OPERATOR }), false);
  });
}

/** Of two at one moment, which both found no earlier one, the second is refused here. */
function requireOwnKey(job: Job, request: BatchActor['request']): void {
  if (!request) return;
  const earlier = job.state().actions.find((action) => action.request?.key === request.key);
  if (!earlier || earlier.request?.body === request.body) return;
  throw ApplicationFailure.create({
    type: failures.idempotencyKeyReused,
    message: 'The Idempotency-Key came with another command before: use another one.',
    nonRetryable: true,
  });
}

/** A job at its ceiling would pause again before it has done anything. */
function requireRoom(job: Job, costCeiling?: number): void {
  const { cost, spec, phase } = job.state();
  const ceiling = costCeiling ?? spec.costCeiling;
  // What is taken back costs nothing, nor does a report.
  if (ceiling === undefined || ceiling > cost || job.held.canceling || phase === 'report') return;
  throw ApplicationFailure.create({
    type: failures.ceilingTooLow,
    message: `The job has cost ${cost.toFixed(2)} USD, and may cost ${ceiling}: resume it with a higher cost ceiling.`,
    nonRetryable: true,
    details: [{ cost, costCeiling: ceiling }],
  });
}

/** @throws ApplicationFailure with the windows that slow an API down too far */
function requireSpeed(changed: Parameters<typeof tooSlow>[0]): void {
  const slow = tooSlow(changed);
  if (slow.length === 0) return;
  throw ApplicationFailure.create({
    type: failures.rateTooLow,
    message: slow.map(({ window, message }) => `The share of window ${window + 1} ${message}.`).join(' '),
    nonRetryable: true,
    details: [slow],
  });
}

function refuse(job: Job, command: BatchCommand, allowed: readonly BatchCommand[]): never {
  const { status, phase, canceling } = job.state();
  throw ApplicationFailure.create({
    type: failures.wrongStatus,
    message: `${standingOf(job.state())} It cannot be asked to ${command} now.`,
    nonRetryable: true,
    details: [{ status, phase, allowed, ...(canceling ? { canceling } : {}) }],
  });
}

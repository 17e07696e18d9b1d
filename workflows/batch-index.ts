import { allHandlersFinished, CancellationScope, condition, continueAsNew } from '@temporalio/workflow';
import { RETRY_WITHIN_MS } from '../domain/batch/commands.js';
import { type BatchPhase, type BatchState, searchesDuplicates } from '../domain/batch/job.js';
import { deadLetters } from '../domain/batch/tally.js';
import { countFaces, writeReport } from './batch.js';
import { controlJob } from './batch-control.js';
import { settleCut } from './batch-cut.js';
import { type Job, openJob } from './batch-job.js';
import { isLong, onLanes } from './batch-lanes.js';
import type { BatchInput } from './batch-messages.js';
import { rangesOf } from './batch-ranges.js';
import { keepRows } from './batch-rows.js';
import { isLeft, retriesOf, rollbacksOf, searchesOf } from './batch-walks.js';

/**
 * Indexes the photos of a source (docs/decisions/batch-index.md): the source is split into chunks, lanes work on them inside
 * of the job's rates, and what became of each photo is in the ledger of its chunk, never here. Then duplicates are looked for,
 * and all is reported. Whoever runs the job may pause it, change its rates, have dead letters tried again, or cancel it.
 */
export function batchIndex(input: BatchInput): Promise<BatchState> {
  const job = openJob(input);
  controlJob(job);
  return CancellationScope.nonCancellable(() => live(job));
}

async function live(job: Job): Promise<BatchState> {
  const rows = keepRows(job);
  for (;;) {
    const phase = phaseOf(job);
    job.enter(phase);
    if (job.held.canceling) await settleCut(job);
    if (phase !== 'ended') {
      await phases[phase](job);
    } else if (!(await isAskedAgain(job))) {
      await rows.written();
      await condition(allHandlersFinished);
      if (!job.held.asked) return job.state();
    }
    if (isLong()) {
      await rows.written();
      await condition(allHandlersFinished);
      await continueAsNew<typeof batchIndex>({ ...job.input, carried: job.held });
    }
  }
}

/** What a job does next follows from what is left to do: after a pause, a retry or another run just the same. */
function phaseOf({ state, held }: Job): BatchPhase {
  const { listed, chunks } = state();
  const toEnd = held.isReported ? 'ended' : 'report';
  if (held.canceling) {
    return held.canceling.rollback && isLeft(held.rollback, chunks.begun) ? 'rollback' : toEnd;
  }
  if (held.asked || held.retry) return 'retry';
  if (!listed || held.waiting.length + held.again.length > 0) return 'index';
  if (searchesDuplicates(state()) && isLeft(held.duplicates, chunks.begun)) return 'duplicates';
  return toEnd;
}

/** Every phase begins where it was left, and ends early where something else is to be done. */
const phases: Record<Exclude<BatchPhase, 'ended'>, (job: Job) => Promise<void>> = {
  async index(job) {
    if (job.state().spec.duplicates !== false) await countFacesBefore(job);
    const ranges = rangesOf(job);
    await onLanes(job, ranges, () => isWantedElsewhere(job));
    await ranges.settled();
  },
  async retry(job) {
    const retries = await retriesOf(job);
    await onLanes(job, retries, job.isStopped);
    if (retries.isEmpty()) delete job.held.retry;
  },
  async duplicates(job) {
    await decideWhereToSearch(job);
    await onLanes(job, searchesOf(job), () => isWantedElsewhere(job));
  },
  rollback: (job) => onLanes(job, rollbacksOf(job), () => false),
  async report(job) {
    const { tenant } = job.input;
    const status = job.held.canceling ? 'canceled' : 'completed';
    const ending = (): BatchState => ({ ...job.state(), status, phase: 'ended', endedAt: Date.now() });
    const written = await job.step(() => writeReport({ tenant, state: ending() }));
    if (!written || job.isStopped()) return;
    const { pairs, ...report } = written;
    const { duplicates } = job.state();
    const found = duplicates && pairs !== undefined ? { duplicates: { ...duplicates, pairs } } : {};
    job.finish({ ...ending(), report, ...found });
  },
};

async function countFacesBefore(job: Job): Promise<void> {
  const { held, input } = job;
  if (held.before || job.state().chunks.begun > 0) return;
  const counted = await job.step(() => countFaces({ tenant: input.tenant }));
  if (counted) held.before = counted;
}

/** Of two faces of the job the one in the earlier shard finds the other one; faces that others put there search for nobody. */
async function decideWhereToSearch(job: Job): Promise<void> {
  const { held, input, state } = job;
  if (held.searchesEverywhere !== undefined) return;
  // With `replace` there are fewer faces than indexed photos, and no count to go by.
  if (held.before?.faces !== 0 || state().spec.onExisting === 'replace') held.searchesEverywhere = true;
  else {
    const now = await job.step(() => countFaces({ tenant: input.tenant }));
    held.searchesEverywhere = now?.faces !== state().counts.indexed;
  }
}

const isWantedElsewhere = (job: Job) => job.isStopped() || job.held.asked !== undefined;

/** A completed job whose dead letters could be tried again waits for that. */
async function isAskedAgain({ state, held }: Job): Promise<boolean> {
  if (state().status === 'completed' && deadLetters(state().counts) > 0) {
    const summary = 'for dead letters to be tried again';
    await condition(() => held.asked !== undefined || held.letGo === true, RETRY_WITHIN_MS, { summary });
  }
  return held.asked !== undefined;
}

import type { BatchSpec, BatchState } from './job.js';

/**
 * A job before it has done anything: its row until the workflow writes the first one of its own, and what the workflow starts
 * from.
 * @param at milliseconds since the epoch
 */
export function newBatchJob(jobId: string, spec: BatchSpec, at: number): BatchState {
  return {
    jobId,
    spec,
    status: 'running',
    phase: 'index',
    revision: 0,
    counts: {},
    items: 0,
    listed: false,
    chunks: { begun: 0, done: 0 },
    calls: {},
    throttled: 0,
    allowed: 1,
    cost: 0,
    samples: [],
    actions: [],
    createdAt: at,
    updatedAt: at,
  };
}

/** Milliseconds: a workflow that is not there by then will not come by itself. */
const BEGINS_WITHIN_MS = 60_000;

/**
 * What others than the workflow write about a job is newer than what it wrote, and older than what it will write if it is there
 * after all: its own revisions are whole numbers.
 */
const OF_OTHERS = 1 / 65_536;

/** The workflow of the job has not written a row yet, if there ever was one. */
export const saidNothing = ({ revision }: Pick<BatchState, 'revision'>): boolean => revision < 1;

/** A job that goes on by its row, and has not written one for longer than a workflow takes to begin. */
export const maybeLost = ({ endedAt, updatedAt }: BatchState, now: number): boolean =>
  endedAt === undefined && now - updatedAt > BEGINS_WITHIN_MS;

/**
 * A job that goes on by what it said last, and that nothing works on.
 * @param state what it said last
 * @param isKnown Temporal knows of a workflow of it, which was ended there
 */
export function lostJob(state: BatchState, isKnown: boolean): BatchState {
  const { pausedFor, canceling, ...rest } = state;
  const why =
    saidNothing(state) && !isKnown
      ? 'The job never began: Temporal was not reached. Send the same request with its Idempotency-Key, or start another job.'
      : 'Temporal has no workflow of this job any more that goes on. Start another job, under another Idempotency-Key: what this one has indexed is not indexed twice.';
  const revision = state.revision + OF_OTHERS;
  return { ...rest, status: 'failed', message: why, endedAt: state.updatedAt, revision };
}

/**
 * A job that said nothing, before it is begun again.
 * @param at milliseconds since the epoch
 */
export const beganAgain = (row: BatchState, at: number): BatchState => ({
  ...newBatchJob(row.jobId, row.spec, row.createdAt),
  updatedAt: at,
  revision: row.revision + OF_OTHERS,
});

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

/** A job that has said nothing since it was asked for, though it had time enough. */
export const maybeLost = ({ revision, createdAt }: BatchState, now: number): boolean =>
  revision === 0 && now - createdAt > BEGINS_WITHIN_MS;

/**
 * A job whose row says that it goes on, and of which there is no workflow.
 * @param now milliseconds since the epoch
 */
export function lostJob(row: BatchState, now: number): BatchState {
  if (now - row.updatedAt <= BEGINS_WITHIN_MS) return row;
  const { pausedFor, canceling, ...state } = row;
  const why =
    row.revision === 0
      ? 'The job never began: Temporal was not reached. Send the same request with its Idempotency-Key, or start another job.'
      : 'Temporal has no workflow of this job any more. Start another job: what this one has indexed is not indexed twice.';
  return { ...state, status: 'failed', message: why, endedAt: row.updatedAt };
}

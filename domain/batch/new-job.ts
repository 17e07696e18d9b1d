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

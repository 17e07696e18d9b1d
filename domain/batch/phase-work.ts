import type { BatchPhase, BatchState } from './job.js';

/** What a phase took: milliseconds in which the job was not paused, and calls to Rekognition that were not throttled. */
export interface PhaseWork {
  ms: number;
  calls: number;
}

/** By phase, of those that a job was in. */
export type WorkByPhase = Readonly<Partial<Record<BatchPhase, PhaseWork>>>;

/** Counts what lies between two states for the phase that the job was in. Hours of rest count, pauses do not. */
export function addPhaseWork(before: BatchState, next: Pick<BatchState, 'calls' | 'updatedAt'>): WorkByPhase {
  const { status, phase, work = {} } = before;
  if (phase === 'ended') return work;
  const { ms, calls } = work[phase] ?? { ms: 0, calls: 0 };
  const passed = status === 'running' ? Math.max(0, next.updatedAt - before.updatedAt) : 0;
  return { ...work, [phase]: { ms: ms + passed, calls: calls + sumOf(next.calls) - sumOf(before.calls) } };
}

const sumOf = (calls: BatchState['calls']) => Object.values(calls).reduce((sum, count) => sum + count, 0);

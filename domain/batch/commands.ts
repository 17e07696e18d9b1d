import type { BatchAction, BatchState } from './job.js';

/** What may be asked of a batch job from outside. */
export type BatchCommand = BatchAction['command'];

/** A 409 lists these, so that a caller knows what would be accepted now. */
export function allowedBatchCommands({
  status,
  phase,
}: Pick<BatchState, 'status' | 'phase'>): readonly BatchCommand[] {
  if ((status !== 'running' && status !== 'paused') || phase === 'report' || phase === 'ended') return [];
  const first = status === 'paused' ? 'resume' : 'pause';
  return phase === 'rollback' ? [first, 'rate'] : [first, 'rate', 'retry', 'cancel'];
}

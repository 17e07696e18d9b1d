import type { BatchAction, BatchState } from './job.js';
import { deadLetters } from './tally.js';

/** What may be asked of a batch job from outside. */
export type BatchCommand = BatchAction['command'];

/**
 * A 409 lists these, so that a caller knows what would be accepted now. A job that is completed and has dead letters waits a
 * week for a retry.
 */
export function allowedBatchCommands({
  status,
  phase,
  counts,
}: Pick<BatchState, 'status' | 'phase' | 'counts'>): readonly BatchCommand[] {
  if (status === 'completed') return deadLetters(counts) > 0 ? ['retry'] : [];
  if ((status !== 'running' && status !== 'paused') || phase === 'ended') return [];
  const first = status === 'paused' ? 'resume' : 'pause';
  if (phase === 'report') return status === 'paused' ? [first] : [];
  return phase === 'rollback' ? [first, 'rate'] : [first, 'rate', 'retry', 'cancel'];
}

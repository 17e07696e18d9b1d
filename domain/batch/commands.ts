import type { BatchAction, BatchState } from './job.js';
import { deadLetters } from './tally.js';

/** What may be asked of a batch job from outside. */
export type BatchCommand = BatchAction['command'];

/** Milliseconds: so long dead letters of a completed job can be tried again. */
export const RETRY_WITHIN_MS = 7 * 86_400_000;

/**
 * A 409 lists these, so that a caller knows what would be accepted now. A job that is completed and has dead letters waits for
 * a retry, until `RETRY_WITHIN_MS` after its end.
 * @param now milliseconds since the epoch
 */
export function allowedBatchCommands(
  { status, phase, counts, endedAt = 0 }: Pick<BatchState, 'status' | 'phase' | 'counts' | 'endedAt'>,
  now: number,
): readonly BatchCommand[] {
  if (status === 'completed') {
    return deadLetters(counts) > 0 && now - endedAt < RETRY_WITHIN_MS ? ['retry'] : [];
  }
  if ((status !== 'running' && status !== 'paused') || phase === 'ended') return [];
  const first = status === 'paused' ? 'resume' : 'pause';
  if (phase === 'report') return status === 'paused' ? [first] : [];
  return phase === 'rollback' ? [first, 'rate'] : [first, 'rate', 'retry', 'cancel'];
}

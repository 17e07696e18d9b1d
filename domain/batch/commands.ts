import type { BatchAction, BatchPhase, BatchState } from './job.js';
import { deadLetters } from './tally.js';

/** What may be asked of a batch job from outside. */
export type BatchCommand = BatchAction['command'];

/** What follows a cancel cannot be cancelled. */
export const LAST_PHASES: readonly BatchPhase[] = ['rollback', 'report', 'ended'];

type Standing = Pick<BatchState, 'status' | 'phase' | 'canceling'>;

/** Milliseconds: so long dead letters of a completed job can be tried again. */
export const RETRY_WITHIN_MS = 7 * 86_400_000;

/**
 * A 409 lists these, so that a caller knows what would be accepted now. A job that is completed and has dead letters waits for
 * a retry, until `RETRY_WITHIN_MS` after its end.
 * @param now milliseconds since the epoch
 */
export function allowedBatchCommands(
  { status, phase, counts, endedAt = 0, canceling }: Standing & Pick<BatchState, 'counts' | 'endedAt'>,
  now: number,
): readonly BatchCommand[] {
  if (status === 'completed') {
    return deadLetters(counts) > 0 && now - endedAt < RETRY_WITHIN_MS ? ['retry'] : [];
  }
  if ((status !== 'running' && status !== 'paused') || phase === 'ended') return [];
  if (canceling && !LAST_PHASES.includes(phase)) return [];
  const first = status === 'paused' ? 'resume' : 'pause';
  if (phase === 'report') return status === 'paused' ? [first] : [];
  return phase === 'rollback' ? [first, 'rate'] : [first, 'rate', 'retry', 'cancel'];
}

/** What a job is about, in a sentence or two, for whoever asked it for what it does not take now. */
export function standingOf({ status, phase, canceling }: Standing): string {
  const what = canceling ? ' being cancelled' : '';
  if (status === 'paused') {
    const next = phase === 'report' ? ' Only its report is left to be written: resume it.' : '';
    return `It is${what ? `${what}, and` : ''} paused in phase ${phase}.${next}`;
  }
  if (status !== 'running') return `It has ended as ${status}.`;
  if (phase === 'report')
    return `It is${what || ' running'}, and writes its report (phase report): wait for its end.`;
  if (!canceling) return `It is running, in phase ${phase}.`;
  if (phase === 'rollback') return 'It is being cancelled, and removes what it has indexed (phase rollback).';
  const then = canceling.rollback
    ? 'Then what it has indexed is removed.'
    : 'What it has indexed stays: that cannot be changed any more.';
  return `It is being cancelled, and what is under way comes to its end (phase ${phase}). ${then} Wait for its end.`;
}

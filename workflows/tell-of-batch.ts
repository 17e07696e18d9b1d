import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { BatchState } from '../domain/batch/job.js';
import { searchAttributes } from './search-attributes.js';

/** Who looks after `Reason = "operator_must_act"` finds jobs as well (docs/operations.md). */
const reasonFor = ({ pausedFor }: BatchState) =>
  pausedFor === 'blocked' ? 'operator_must_act' : pausedFor === 'cost_ceiling' ? pausedFor : undefined;

/** Operators see this in Temporal UI. Attributes are only set where they change: each costs an action. */
export function tellOfBatch(state: BatchState, before: BatchState): void {
  const { status, phase, pausedFor, message, counts, items, listed, chunks, calls, throttled, cost } = state;
  const made = Object.values(calls).reduce((sum, count) => sum + count, 0);
  setCurrentDetails(
    [
      `**${status}**${pausedFor ? ` (${pausedFor})` : ''}, ${phase}`,
      ...(message ? [`- ${message}`] : []),
      `- ${items} items found${listed ? '' : ' so far'}, ${chunks.done} of ${chunks.begun} chunks begun are done`,
      `- ${made} calls, ${throttled} more were throttled, ${cost.toFixed(2)} USD`,
      ...Object.entries(counts).map(([outcome, count]) => `- ${outcome}: ${count}`),
    ].join('\n'),
  );
  const reason = reasonFor(state);
  if (status === before.status && reason === reasonFor(before)) return;
  upsertSearchAttributes([
    { key: searchAttributes.status, value: status },
    { key: searchAttributes.reason, value: reason ?? null },
  ]);
}

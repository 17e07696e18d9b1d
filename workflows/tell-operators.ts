import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { reasonOf } from '../domain/reasons.js';
import type { SessionState } from '../domain/session.js';
import { isFinal } from '../domain/status.js';
import { searchAttributes } from './search-attributes.js';

const reasonFor = ({ flagged, reasons }: SessionState) => flagged ?? reasons[0];

/** Operators see this in Temporal UI. A login that is over needs no attribute of its own: each costs an action. */
export function tell(state: SessionState, before: SessionState): void {
  const reason = reasonFor(state);
  setCurrentDetails(
    [`**${state.status}**, attempt ${state.attempts.used} of ${state.attempts.max}`]
      .concat(state.provisional ? [`- provisionally verified, pending: ${state.provisional.pending}`] : [])
      .concat(state.escalatedAt ? ['- escalated: it has waited for a human for too long'] : [])
      .concat(state.flagged ? [`- found after the answer: ${reasonOf(state.flagged).operator}`] : [])
      .concat(state.reasons.map((code) => `- \`${code}\`: ${reasonOf(code).operator}`))
      .join('\n'),
  );
  if (state.status === 'processing' || (state.flow === 'authentication' && isFinal(state.status))) return;
  const changed =
    state.status !== before.status ||
    reason !== reasonFor(before) ||
    state.escalatedAt !== before.escalatedAt;
  if (!changed) return;
  upsertSearchAttributes([
    { key: searchAttributes.status, value: state.status },
    { key: searchAttributes.reason, value: reason ?? null },
    { key: searchAttributes.check, value: reason ? reasonOf(reason).check : null },
    ...(state.escalatedAt ? [{ key: searchAttributes.escalated, value: 'yes' }] : []),
  ]);
}

import type { CheckResult } from './decision.js';
import type { SessionEvent } from './events.js';
import type { SessionState } from './session.js';

/**
 * What was taken out of an ended session: photos, what the caller said of the person, what was read from a document, what
 * its checks measured, and the facts of its calls. The session itself stays readable. Not a status: a redacted session is still what it ended as.
 */
export interface Redaction {
  status: 'processing' | 'redacted';
  /** Who asked for it: an id. */
  by: string;
  /** Milliseconds since the epoch. */
  at: number;
}

/** What is told of it. After everything else that happened to the session. */
export function redactedEvent({ flow, status, reasons, revision }: SessionState, at: number): SessionEvent {
  return { type: 'verification_session.redacted', revision: revision + 1, at, flow, status, reasons };
}

/** The state without what describes the person: how the checks came out stays, what they measured and of which photo goes. */
export function redactedState(state: SessionState): SessionState {
  return { ...state, checks: state.checks.map(redactedCheck) };
}

/** What may stay is named, so that what is added to a check one day does not stay by itself. */
function redactedCheck({ check, outcome, reasons, evidence }: CheckResult): CheckResult {
  const { threshold, thresholdEntry, faceModelVersion, calls } = evidence;
  const service = { threshold, thresholdEntry, faceModelVersion, calls };
  const known = Object.entries(service).filter(([, value]) => value !== undefined);
  return { check, outcome, reasons, evidence: Object.fromEntries(known) };
}

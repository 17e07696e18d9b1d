import type { SessionEvent } from './events.js';
import type { SessionState } from './session.js';

/**
 * What was taken out of an ended session: photos, what the caller said of the person, what was read from a document, and
 * the facts of its calls. The session itself stays readable. Not a status: a redacted session is still what it ended as.
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

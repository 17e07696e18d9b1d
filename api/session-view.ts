import type { SessionDetails, SessionRow } from '../activities/ports.js';
import type { Redaction } from '../domain/redaction.js';
import type { SessionState } from '../domain/session.js';

/** A session as the API is about to show it. */
export interface SessionView {
  sessionId: string;
  state: SessionState | undefined;
  details: SessionDetails;
  redaction?: Redaction;
  /** The session goes on: ask again later. */
  late?: boolean;
  /** The answer was given before. */
  replayed?: boolean;
}

export function viewOf(sessionId: string, { state, details, redaction }: SessionRow): SessionView {
  return { sessionId, state, details, ...(redaction ? { redaction } : {}) };
}

import type { Flow } from './policy.js';
import type { ReasonCode } from './reasons.js';
import type { SessionState } from './session.js';
import type { Status } from './status.js';

/** What happened to a verification session: it came to a status, or to something that is told beside one. */
export type SessionEventType =
  `verification_session.${Status | 'created' | 'provisionally_verified' | 'escalated' | 'flagged' | 'redacted'}`;

/** What happened to a user. */
export type UserEventType = 'user.registered' | 'user.photo_updated' | 'user.document_expiring';

/** Something that happened to a session. Nothing personal. */
export interface SessionEvent {
  type: SessionEventType;
  /** Of the state that began with it: orders the events of a session, and makes a repeat the same event. */
  revision: number;
  /** Milliseconds since the epoch. */
  at: number;
  flow: Flow;
  status: Status;
  reasons: readonly ReasonCode[];
}

/** Something that happened to a user. Nothing personal. */
export interface UserEvent {
  type: UserEventType;
  /** Milliseconds since the epoch; with the type it makes a repeat the same event. */
  at: number;
  /** The session it happened in. */
  sessionId?: string;
  /** Of `user.document_expiring`: the last day of the document, `yyyy-mm-dd`. */
  expiresOn?: string;
}

/** An event row is kept so long: for whoever reads late, and no longer than a log is of use. */
export const EVENTS_LIVE_DAYS = 90;

/**
 * What happened between two states of a session, in the order in which it is told. A session that changes without coming
 * to another status (a photo of two was handed in) has nothing to tell.
 * @param before undefined: the session was just created
 */
export function eventsBetween(before: SessionState | undefined, after: SessionState): SessionEvent[] {
  const { flow, status, reasons, revision, updatedAt } = after;
  const names: SessionEventType[] = [
    ...(before ? [] : (['verification_session.created'] as const)),
    // A session that begins with everything it needs is judged at once: that it is, nobody has to be told.
    ...(status !== (before?.status ?? 'processing') ? [`verification_session.${status}` as const] : []),
    ...(after.provisional && !before?.provisional
      ? (['verification_session.provisionally_verified'] as const)
      : []),
    ...(after.escalatedAt !== before?.escalatedAt ? (['verification_session.escalated'] as const) : []),
    ...(after.flagged && after.flagged !== before?.flagged
      ? (['verification_session.flagged'] as const)
      : []),
  ];
  const told = after.flagged ? [after.flagged] : reasons;
  return names.map((type) => ({ type, revision, at: updatedAt, flow, status, reasons: told }));
}

/** What an event of a session means to the user it is about. */
export function userEventOf({ type, flow, at }: SessionEvent, sessionId: string): UserEvent | undefined {
  if (type !== 'verification_session.verified' || flow === 'authentication') return undefined;
  return { type: flow === 'registration' ? 'user.registered' : 'user.photo_updated', at, sessionId };
}

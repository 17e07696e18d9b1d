import type { SessionEvent, UserEvent } from '../../domain/events.js';
import type { Tenant } from '../../domain/session.js';

/** Part of a list, the oldest first; the cursor is good while events are added. */
export interface EventPage<Event> {
  events: Event[];
  nextCursor?: string;
}

/**
 * What happened to sessions and users, `EVENTS_LIVE_DAYS` long. Nothing personal is in an event. Every write may be repeated.
 * Every method throws ApplicationFailure as `FaceIndex` does.
 */
export interface EventTable {
  ofSession(tenant: Tenant, sessionId: string, events: readonly SessionEvent[]): Promise<void>;
  ofUser(tenant: Tenant, subject: string, events: readonly UserEvent[]): Promise<void>;
  /** Takes back what was written: the session was erased meanwhile. */
  removeOfSession(tenant: Tenant, sessionId: string, events: readonly SessionEvent[]): Promise<void>;
  /** As above, of a user. */
  removeOfUser(tenant: Tenant, subject: string, events: readonly UserEvent[]): Promise<void>;
  /** Strongly consistent. */
  listOfSession(
    tenant: Tenant,
    sessionId: string,
    page: { limit: number; cursor?: string },
  ): Promise<EventPage<SessionEvent>>;
  /** Strongly consistent. */
  listOfUser(
    tenant: Tenant,
    subject: string,
    page: { limit: number; cursor?: string },
  ): Promise<EventPage<UserEvent>>;
}

import type { SessionEvent, UserEvent } from '../domain/events.js';
import type { Tenant } from '../domain/session.js';

/** An event of a session as the API shows it. The id is the same for the same event, whoever tells it and when. */
export function renderSessionEvent(tenant: Tenant, sessionId: string, event: SessionEvent) {
  const { type, revision, at, flow, status, reasons } = event;
  return {
    ...common(tenant, `${withoutPrefix(sessionId)}_${revision}_${nameOf(type)}`, type, at),
    data: { verification_session: sessionId, flow, status, reasons },
  };
}

/** An event of a user as the API shows it. */
export function renderUserEvent(
  tenant: Tenant,
  { userId, subject }: { userId: string; subject: string },
  { type, at, sessionId, expiresOn }: UserEvent,
) {
  return {
    ...common(tenant, `${subject}_${at}_${nameOf(type)}`, type, at),
    data: {
      user_id: userId,
      ...(sessionId ? { verification_session: sessionId } : {}),
      ...(expiresOn ? { expires_on: expiresOn } : {}),
    },
  };
}

function common({ mode }: Tenant, id: string, type: string, at: number) {
  return {
    id: `evt_${id}`,
    object: 'event',
    livemode: mode === 'live',
    type,
    created_at: new Date(at).toISOString(),
  };
}

const nameOf = (type: string) => type.slice(type.indexOf('.') + 1);
const withoutPrefix = (id: string) => id.slice(id.indexOf('_') + 1);

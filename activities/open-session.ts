import type { SessionEvent } from '../domain/events.js';
import type { SessionState, Tenant } from '../domain/session.js';
import type { Ports } from './ports.js';

/** The workflow takes over the row that the API made; what happened so far is told only where nobody waits for it. */
export async function openSession(
  { sessions, events: table }: Pick<Ports, 'sessions' | 'events'>,
  request: {
    tenant: Tenant;
    state: SessionState;
    fingerprint: string;
    run: string;
    events: readonly SessionEvent[];
  },
): Promise<{ opened: boolean }> {
  const { tenant, state, fingerprint, run, events } = request;
  const opened = await sessions.open(tenant, state, fingerprint, run);
  if (opened) await table.ofSession(tenant, state.sessionId, events);
  return { opened };
}

import { decisionFact } from '../domain/decision-fact.js';
import { type SessionEvent, userEventOf } from '../domain/events.js';
import type { Closest, NotedFact } from '../domain/facts.js';
import type { SessionState, Tenant } from '../domain/session.js';
import type { Timeline } from '../domain/timeline.js';
import { eraseSessionPhotos } from './erase-session-photos.js';
import type { Ports } from './ports.js';

/** What happened to a session since its row was written last. */
export interface LoggedSince {
  events: readonly SessionEvent[];
  facts: readonly NotedFact[];
  timeline: Timeline;
  closest?: Closest;
}

type LogPorts = Pick<Ports, 'facts' | 'events'>;

/** Writes facts, events and, once the session has ended, its decision. The same again for a repeat. */
export async function writeLog(
  ports: LogPorts,
  tenant: Tenant,
  state: SessionState,
  { events, facts, timeline, closest }: LoggedSince,
): Promise<void> {
  const { sessionId, subject } = state;
  const decision = decisionFact(state, timeline, closest);
  await Promise.all([
    ports.facts.write(tenant, sessionId, facts),
    ports.events.ofSession(tenant, sessionId, events),
    subject ? ports.events.ofUser(tenant, subject, userEvents(state, events)) : undefined,
    decision ? ports.facts.decide(tenant, decision) : undefined,
  ]);
}

/**
 * Writes where the session stands, after everything else about it: who was erased or redacted meanwhile leaves nothing,
 * however late this comes.
 */
export async function saveRow(
  ports: LogPorts & Pick<Ports, 'sessions' | 'photoVersions'>,
  tenant: Tenant,
  state: SessionState,
  log: LoggedSince,
): Promise<void> {
  const { gone, redacted } = await ports.sessions.save(tenant, state);
  if (gone) await takeBackLog(ports, tenant, state, log);
  else if (redacted) await ports.facts.forget(tenant, state.sessionId);
  if (gone || redacted) await eraseSessionPhotos(ports, tenant, state.sessionId);
}

/** Not even for the minute that a session lives on after its answer. */
async function takeBackLog(
  ports: LogPorts,
  tenant: Tenant,
  state: SessionState,
  { events, facts }: LoggedSince,
): Promise<void> {
  const { sessionId, subject } = state;
  await Promise.all([
    ports.facts.remove(tenant, sessionId, facts),
    ports.events.removeOfSession(tenant, sessionId, events),
    subject ? ports.events.removeOfUser(tenant, subject, userEvents(state, events)) : undefined,
  ]);
}

function userEvents({ sessionId }: SessionState, events: readonly SessionEvent[]) {
  return events.flatMap((event) => userEventOf(event, sessionId) ?? []);
}

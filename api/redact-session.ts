import { setTimeout } from 'node:timers/promises';
import type { Ports } from '../activities/ports.js';
import type { Tenant } from '../domain/session.js';
import { allowedCommands, isFinal } from '../domain/status.js';
import type { RedactionFlows } from './flows/redactions.js';
import { problems } from './problem.js';
import { type SessionView, viewOf } from './session-view.js';

/** How often a redaction that somebody waits for is looked at. */
const LOOK_AGAIN_MS = 50;

/**
 * Has everything personal taken out of an ended session, and waits for that.
 * @throws Problem 404, and 409 where the session has not ended
 */
export async function redactSession(
  { flows, sessions }: { flows: RedactionFlows; sessions: Ports['sessions'] },
  tenant: Tenant,
  sessionId: string,
  by: string,
  withinMs: number,
): Promise<SessionView> {
  const row = await sessions.read(tenant, sessionId);
  if (!row) throw problems.notFound('verification session');
  const { state } = row;
  if (!state || !isFinal(state.status)) {
    const allowed = state ? allowedCommands(state) : [];
    throw problems.wrongStatus('redact', state?.status ?? 'processing', allowed, sessionId);
  }
  await flows.redact({ tenant, sessionId, by });
  for (const until = Date.now() + withinMs; ; await setTimeout(LOOK_AGAIN_MS)) {
    const now = await sessions.read(tenant, sessionId);
    if (!now) throw problems.notFound('verification session');
    if (now.redaction?.status === 'redacted') return viewOf(sessionId, now);
    if (Date.now() < until) continue;
    const redaction = now.redaction ?? { status: 'processing', by, at: Date.now() };
    return { ...viewOf(sessionId, { ...now, details: {} }), redaction, late: true };
  }
}

import { setTimeout } from 'node:timers/promises';
import type { Tenant } from '../domain/session.js';
import { isFinal } from '../domain/status.js';
import type { Flows } from './flows.js';
import { problems } from './problem.js';
import { type SessionView, viewOf } from './session-view.js';
import { type SessionViews, wrongStatusOf } from './session-views.js';

/** How often what somebody waits for is looked at. */
const LOOK_AGAIN_MS = 50;

/** A session that has ended writes its row within a moment: that much is waited for, whatever the caller would wait for. */
const ROW_WITHIN_MS = 5_000;

interface RedactDeps {
  flows: Pick<Flows, 'ask' | 'redact'>;
  views: Pick<SessionViews, 'row'>;
}

/**
 * Has everything personal taken out of an ended session, and waits for that.
 * @throws Problem 404, 409 where the session has not ended, and 503 where it cannot be told whether it has
 */
export async function redactSession(
  deps: RedactDeps,
  tenant: Tenant,
  sessionId: string,
  by: string,
  withinMs: number,
): Promise<SessionView> {
  const until = Date.now() + withinMs;
  await untilEnded(deps, tenant, sessionId, Math.max(until, Date.now() + ROW_WITHIN_MS));
  await deps.flows.redact({ tenant, sessionId, by });
  for (;;) {
    const now = await deps.views.row(tenant, sessionId);
    if (now.redaction?.status === 'redacted') return viewOf(sessionId, now);
    if (Date.now() >= until) {
      const redaction = now.redaction ?? { status: 'processing', by, at: Date.now() };
      return { ...viewOf(sessionId, { ...now, details: {} }), redaction, late: true };
    }
    await setTimeout(LOOK_AGAIN_MS);
  }
}

/** The answer comes before the row: a session whose row has not ended is asked itself, and its row waited for if it has. */
async function untilEnded(deps: RedactDeps, tenant: Tenant, sessionId: string, until: number): Promise<void> {
  for (;;) {
    const { state } = await deps.views.row(tenant, sessionId);
    if (state && isFinal(state.status)) return;
    const asked = await deps.flows.ask({ tenant, sessionId });
    if (asked && !isFinal(asked.status)) throw wrongStatusOf(sessionId, 'redact', asked);
    if (Date.now() >= until) throw problems.unavailable('Send the same request again.', sessionId);
    await setTimeout(LOOK_AGAIN_MS);
  }
}

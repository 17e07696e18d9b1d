import { INCOMING_PREFIX, RETAINED_PREFIX } from '../domain/photo-keys.js';
import { type Redaction, redactedEvent } from '../domain/redaction.js';
import type { Tenant } from '../domain/session.js';
import type { Ports } from './ports.js';

/**
 * Takes everything personal out of an ended session: what its row holds sealed, every version of its photos, the facts of
 * its calls. May be repeated. False: there is no such session, or it has not ended.
 * @param progress called now and then
 */
export async function redactSession(
  { sessions, facts, events, photoVersions }: Pick<Ports, 'sessions' | 'facts' | 'events' | 'photoVersions'>,
  { tenant, sessionId, redaction }: { tenant: Tenant; sessionId: string; redaction: Redaction },
  progress: () => void,
): Promise<{ redacted: boolean }> {
  if (!(await sessions.redact(tenant, sessionId, { ...redaction, status: 'processing' })))
    return { redacted: false };
  for (const prefix of [INCOMING_PREFIX, RETAINED_PREFIX])
    await photoVersions.erase(`${prefix}${tenant.account}/${tenant.mode}/${sessionId}/`, { progress });
  await facts.forget(tenant, sessionId);
  const row = await sessions.read(tenant, sessionId);
  if (row?.state) await events.ofSession(tenant, sessionId, [redactedEvent(row.state, redaction.at)]);
  return { redacted: await sessions.redact(tenant, sessionId, { ...redaction, status: 'redacted' }) };
}

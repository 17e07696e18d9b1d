import { type Redaction, redactedEvent } from '../domain/redaction.js';
import type { Tenant } from '../domain/session.js';
import { eraseSessionPhotos } from './erase-session-photos.js';
import type { Ports } from './ports.js';

/**
 * Takes everything personal out of an ended session: what its row holds sealed and what its checks measured, every version
 * of its photos, the facts of its calls. May be repeated, and is told once. False: there is no such session, or it has not
 * ended.
 * @param progress called now and then
 */
export async function redactSession(
  ports: Pick<Ports, 'sessions' | 'facts' | 'events' | 'photoVersions'>,
  { tenant, sessionId, redaction }: { tenant: Tenant; sessionId: string; redaction: Redaction },
  progress: () => void,
): Promise<{ redacted: boolean }> {
  const { sessions, facts, events } = ports;
  const told = (await sessions.read(tenant, sessionId))?.redaction?.status === 'redacted';
  const status = told ? 'redacted' : 'processing';
  if (!(await sessions.redact(tenant, sessionId, { ...redaction, status }))) return { redacted: false };
  await eraseSessionPhotos(ports, tenant, sessionId, progress);
  await facts.forget(tenant, sessionId);
  if (told) return { redacted: true };
  const row = await sessions.read(tenant, sessionId);
  if (row?.state) await events.ofSession(tenant, sessionId, [redactedEvent(row.state, redaction.at)]);
  return { redacted: await sessions.redact(tenant, sessionId, { ...redaction, status: 'redacted' }) };
}

import type { SessionState, Tenant } from '../../domain/session.js';
import type { Ports } from '../ports.js';

type Documents = Pick<Ports, 'documents' | 'sessions' | 'users'>;

/**
 * A registration that is over: its document stays with the user it made, and is let go of where it made none. Safe to
 * repeat, and beside an erasure: what is kept here is taken back unless the user has that session's face afterwards, as its own or as history.
 */
export async function keepDocument(
  { documents, sessions, users }: Documents,
  tenant: Tenant,
  { flow, subject, status, sessionId, inputs, checks }: SessionState,
): Promise<void> {
  if (flow !== 'registration' || !subject || !inputs.includes('document_front')) return;
  // Whatever was handed in may have been claimed by an attempt whose checks are not these.
  if (status === 'verified' && !checks.some(({ check }) => check === 'document')) return;
  const { hash, fields } = (await sessions.read(tenant, sessionId))?.document ?? {};
  if (!hash || !fields) return;
  if (status === 'verified') {
    await documents.store(tenant, subject, { hash, fields });
    const user = await users.read(tenant, subject);
    // A photo update leaves the face that this session registered as history of the same user.
    const isOurs = user?.faces.some(
      ({ state, rank }) => (state === 'active' || state === 'replaced') && rank.sessionId === sessionId,
    );
    if (isOurs) return;
    await documents.forget(tenant, subject, { hash, fields });
  }
  await documents.release(tenant, hash, sessionId);
}

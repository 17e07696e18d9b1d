import type { Tenant } from '../domain/session.js';
import type { Ports } from './ports.js';

/**
 * Takes a registered user for a session that wants to replace its photo; a repeat takes nothing twice.
 * @returns `older`: keys of the faces that the new one is to replace, all that count at this moment
 */
export async function holdUser(
  { users }: Pick<Ports, 'users'>,
  request: { tenant: Tenant; subject: string; sessionId: string; faceKey: string },
): Promise<{ outcome: 'held'; older: string[] } | { outcome: 'not_found' | 'busy' | 'erasing' }> {
  const { tenant, subject, sessionId, faceKey } = request;
  const held = await users.hold(tenant, subject, sessionId, faceKey);
  return typeof held === 'string' ? { outcome: held } : { outcome: 'held', older: held.active };
}

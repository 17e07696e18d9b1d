import type { Tenant } from '../domain/session.js';
import type { Ports } from './ports.js';
import { waitForBatch } from './wait-for-batch.js';

/**
 * Takes a registered user for a session that wants to replace its photo; a repeat takes nothing twice.
 * @throws ApplicationFailure `DependencyUnavailable` while a batch job holds the user
 * @returns `older`: keys of the faces that the new one is to replace, all that count at this moment
 */
export async function holdUser(
  { users, reconcileTable }: Pick<Ports, 'users' | 'reconcileTable'>,
  request: { tenant: Tenant; subject: string; sessionId: string; faceKey: string },
): Promise<{ outcome: 'held'; older: string[] } | { outcome: 'not_found' | 'busy' | 'erasing' }> {
  const { tenant, subject, sessionId, faceKey } = request;
  const held = await users.hold(tenant, subject, sessionId, faceKey);
  if (held === 'busy') await waitForBatch({ reconcileTable }, tenant, subject);
  return typeof held === 'string' ? { outcome: held } : { outcome: 'held', older: held.active };
}

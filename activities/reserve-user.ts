import { ApplicationFailure } from '@temporalio/common';
import type { Tenant } from '../domain/session.js';
import { failures } from '../workflows/failures.js';
import type { Ports } from './ports.js';
import { waitForBatch } from './wait-for-batch.js';

/**
 * Takes the user for this session, and stores who it is: read from the session's row, so that history never knows.
 * @throws ApplicationFailure `OperatorMustAct` when that row is gone; `DependencyUnavailable` while a batch job holds the user
 */
export async function reserveUser(
  { users, sessions, reconcileTable }: Pick<Ports, 'users' | 'sessions' | 'reconcileTable'>,
  request: { tenant: Tenant; subject: string; sessionId: string; faceKey?: string },
): Promise<{ outcome: 'reserved' | 'exists' | 'busy' | 'erasing' }> {
  const { tenant, subject, sessionId, faceKey } = request;
  const row = await sessions.read(tenant, sessionId);
  const { userId, profile } = row?.details ?? {};
  if (!userId) {
    throw ApplicationFailure.create({
      type: failures.operatorMustAct,
      message: 'The session row with the user is gone. Cancel the session and let the person start again.',
      nonRetryable: true,
    });
  }
  const person = { userId, ...(profile ? { profile } : {}), ...(faceKey ? { faceKey } : {}) };
  const outcome = await users.reserve(tenant, subject, sessionId, person);
  if (outcome === 'busy') await waitForBatch({ reconcileTable }, tenant, subject);
  return { outcome };
}

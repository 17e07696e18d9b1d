import type { ImageRef } from '../domain/image-ref.js';
import type { SessionState, Tenant } from '../domain/session.js';
import { createCounter } from '../telemetry/instruments.js';
import type { Ports } from './ports.js';

const decisions = createCounter('idv.decisions', {
  description: 'Sessions that came to rest, by flow, status and reason',
});

/** The workflow takes over the row that the API made. */
export async function openSession(
  { sessions }: Ports,
  {
    tenant,
    state,
    fingerprint,
    run,
  }: { tenant: Tenant; state: SessionState; fingerprint: string; run: string },
): Promise<{ opened: boolean }> {
  return { opened: await sessions.open(tenant, state, fingerprint, run) };
}

interface Resting {
  tenant: Tenant;
  state: SessionState;
  /** Of the face this session would register. */
  faceKey: string;
  /** Photos nobody needs any more. */
  discard: readonly ImageRef[];
}

/** Where a session rests or ended: its row, photos, and the user it held or whose attempts it counted. */
export async function saveSession(
  { sessions, photos, users }: Ports,
  { tenant, state, faceKey, discard }: Resting,
): Promise<void> {
  await Promise.all([
    sessions.save(tenant, state),
    discard.length > 0 ? photos.remove(discard) : undefined,
    settleUser(users, tenant, state, faceKey),
  ]);
  decisions.add(1, {
    flow: state.flow,
    status: state.status,
    reason: state.flagged ?? state.reasons[0] ?? 'none',
  });
}

async function settleUser(
  users: Ports['users'],
  tenant: Tenant,
  state: SessionState,
  faceKey: string,
): Promise<void> {
  const { subject, flow, status, sessionId, reasons, attempts } = state;
  if (!subject) return;
  if (flow === 'registration' && status === 'verified') await users.settle(tenant, subject, sessionId);
  if (flow === 'registration' && status !== 'verified') {
    // Beside the undo: a step whose worker died before its task was done had its effect, and no history knows of it.
    await users.withdrawFace(tenant, { subject, faceKey }, sessionId);
    await users.release(tenant, subject, sessionId);
  }
  if (flow === 'authentication' && status === 'verified') await users.forgetAttempts(tenant, subject);
  if (flow === 'authentication' && reasons.includes('temporarily_unavailable')) {
    // The attempt was counted before the service failed: an outage must not lock anybody out.
    await users.forgetAttempts(tenant, subject, `${sessionId}#${attempts.used + 1}`);
  }
}

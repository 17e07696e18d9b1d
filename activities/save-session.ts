import type { SessionEvent } from '../domain/events.js';
import type { ImageRef, Input } from '../domain/image-ref.js';
import { retainedPhotoKey } from '../domain/photo-keys.js';
import type { Policy } from '../domain/policy.js';
import type { SessionState, Tenant } from '../domain/session.js';
import { createCounter } from '../telemetry/instruments.js';
import { failures } from '../workflows/failures.js';
import { keepDocument } from './documents/keep-document.js';
import { failureType } from './failure-type.js';
import type { Ports } from './ports.js';
import { type LoggedSince, takeBackLog, writeLog } from './write-log.js';

const decisions = createCounter('idv.decisions', {
  description: 'Sessions that came to rest, by flow, status and reason',
});

/** The workflow takes over the row that the API made; what happened so far is told only where nobody waits for it. */
export async function openSession(
  { sessions, events: table }: Ports,
  {
    tenant,
    state,
    fingerprint,
    run,
    events,
  }: {
    tenant: Tenant;
    state: SessionState;
    fingerprint: string;
    run: string;
    events: readonly SessionEvent[];
  },
): Promise<{ opened: boolean }> {
  const opened = await sessions.open(tenant, state, fingerprint, run);
  if (opened) await table.ofSession(tenant, state.sessionId, events);
  return { opened };
}

interface Resting {
  tenant: Tenant;
  state: SessionState;
  /** Of the face this session would register. */
  faceKey: string;
  /** Photos nobody judges any more. */
  spent: readonly { input: Input; photo: ImageRef }[];
  retention: Policy['retention'];
  /** What happened since the row was written last. */
  log: LoggedSince;
}

/**
 * Where a session rests or ended: what happened to it, its row, photos, and the user it held or whose attempts it counted.
 * The row comes after what happened: whoever erases a session waits until its row says that it ended.
 */
export async function saveSession(
  ports: Ports,
  { tenant, state, faceKey, spent, retention, log }: Resting,
): Promise<void> {
  const { photos } = ports;
  await Promise.all([
    saveRow(ports, tenant, state, log),
    putAway(photos, spent, retention),
    state.status === 'processing' ? undefined : settleUser(ports, tenant, state, faceKey),
  ]);
  if (state.status === 'processing') return;
  decisions.add(1, {
    flow: state.flow,
    status: state.status,
    reason: state.flagged ?? state.reasons[0] ?? 'none',
  });
}

async function saveRow(ports: Ports, tenant: Tenant, state: SessionState, log: LoggedSince): Promise<void> {
  await writeLog(ports, tenant, state, log);
  const { gone } = await ports.sessions.save(tenant, state);
  if (gone) await takeBackLog(ports, tenant, state, log);
}

/** Removes photos, or first keeps a copy out of reach of the rule that empties `incoming/`. */
async function putAway(
  photos: Ports['photos'],
  spent: Resting['spent'],
  retention: Resting['retention'],
): Promise<void> {
  if (spent.length === 0) return;
  await Promise.all(
    spent.filter(({ input }) => retention[input] !== 'none').map(({ photo }) => keep(photos, photo)),
  );
  await photos.remove(spent.map(({ photo }) => photo));
}

async function keep(photos: Ports['photos'], photo: ImageRef): Promise<void> {
  try {
    await photos.copy(photo, { ...photo, key: retainedPhotoKey(photo.key) });
  } catch (error) {
    // An earlier try of ours has moved it already, or there is nothing to keep.
    if (failureType(error) !== failures.operatorMustAct || (await photos.get(photo, { maxBytes: 0 })))
      throw error;
  }
}

async function settleUser(ports: Ports, tenant: Tenant, state: SessionState, faceKey: string): Promise<void> {
  const { users } = ports;
  const { subject, flow, status, sessionId, reasons, attempts } = state;
  if (!subject) return;
  // While the session holds the user: an erasure waits for that.
  await keepDocument(ports, tenant, state);
  if (flow !== 'authentication' && status === 'verified') await users.settle(tenant, subject, sessionId);
  if (flow !== 'authentication' && status !== 'verified') {
    // Beside the undo: a step whose worker died before its task was done had its effect, and no history knows of it.
    await users.withdrawFace(tenant, { subject, faceKey }, sessionId);
    await users.release(tenant, subject, sessionId);
  }
  if (flow !== 'registration' && status === 'verified') await users.forgetAttempts(tenant, subject);
  if (flow === 'authentication' && reasons.includes('temporarily_unavailable')) {
    // The attempt was counted before the service failed: an outage must not lock anybody out.
    await users.forgetAttempts(tenant, subject, `${sessionId}#${attempts.used + 1}`);
  }
}

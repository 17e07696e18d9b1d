import type { ImageRef, Input } from '../domain/image-ref.js';
import { retainedPhotoKey } from '../domain/photo-keys.js';
import type { Policy } from '../domain/policy.js';
import type { SessionState, Tenant } from '../domain/session.js';
import { together } from '../domain/together.js';
import { createCounter } from '../telemetry/instruments.js';
import { failures } from '../workflows/failures.js';
import { keepDocument } from './documents/keep-document.js';
import { failureType } from './failure-type.js';
import type { Ports } from './ports.js';
import { type LoggedSince, saveRow, writeLog } from './write-log.js';

const decisions = createCounter('idv.decisions', {
  description: 'Sessions that came to rest, by flow, status and reason',
});

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
 * Where a session rests or ended: what happened to it, photos, and the user it held or whose attempts it counted; then its
 * row. The row comes last of all, and after whatever else is under way: whoever erases or mends goes by it, and takes a
 * session that has ended there for one that writes nothing any more.
 */
export async function saveSession(
  ports: Ports,
  { tenant, state, faceKey, spent, retention, log }: Resting,
): Promise<void> {
  await together(
    writeLog(ports, tenant, state, log),
    putAway(ports, tenant, state.sessionId, spent, retention),
    settleUser(ports, tenant, state, faceKey),
  );
  await saveRow(ports, tenant, state, log);
  if (!log.events.some(({ type }) => type === `verification_session.${state.status}`)) return;
  if (state.status === 'processing') return;
  decisions.add(1, { flow: state.flow, status: state.status, reason: state.reasons[0] ?? 'none' });
}

/** Removes photos, or first keeps a copy out of reach of the rule that empties `incoming/`. */
async function putAway(
  { photos, sessions }: Pick<Ports, 'photos' | 'sessions'>,
  tenant: Tenant,
  sessionId: string,
  spent: Resting['spent'],
  retention: Resting['retention'],
): Promise<void> {
  if (spent.length === 0) return;
  const kept = spent.filter(({ input }) => retention[input] !== 'none');
  if (kept.length > 0 && (await sessions.noteRetention(tenant, sessionId, retention)))
    await together(...kept.map(({ photo }) => keep(photos, photo)));
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
  const { subject, flow, status, sessionId, reasons, attempts, flagged } = state;
  // What is found after the answer finds the user settled, and maybe changed since.
  if (!subject || status === 'processing' || flagged) return;
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

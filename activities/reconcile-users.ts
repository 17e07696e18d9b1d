import { eventsBetween } from '../domain/events.js';
import { abandonedSession, abandonedTimeline, type Finding } from '../domain/reconcile.js';
import type { SessionState, Tenant } from '../domain/session.js';
import { isFinal } from '../domain/status.js';
import type { TableRow, UserHold } from './ports/reconcile-table.js';
import { isAtWork, isBeingChanged, settle, type Walk } from './reconcile-owner.js';
import { saveRow, writeLog } from './write-log.js';

/** No session has this id. */
const NOBODY = 'nobody';

/** A user has to be registered, or held by a session that is at work on that. */
export async function reconcileUser(
  walk: Walk,
  tenant: Tenant,
  user: UserHold,
): Promise<Finding | undefined> {
  const { ports, workflows } = walk;
  const { subject, busy, erasing } = user;
  if (erasing) {
    return settle(
      walk,
      { kind: 'broken_erasure', tenant, what: subject },
      {
        since: user.erasingSince ?? 0,
        owned: async () => (await workflows.erasure(tenant, subject)) !== 'ended',
        mend: async () => 'mended', // by its workflow, which is started after this page
      },
    );
  }
  const finding = { kind: 'stale_user', tenant, what: subject, ...(busy ? { where: busy } : {}) } as const;
  if (busy && (await isAtWork(walk, tenant, busy))) return undefined;
  const faces = await ports.reconcileTable.faces(tenant, subject);
  const registered = faces.some(({ state }) => state === 'active' || state === 'tentative');
  if (!busy && registered) return undefined;
  return settle(walk, finding, {
    since: (busy ? user.busySince : user.createdAt) ?? 0,
    owned: () => isBeingChanged(walk, tenant, subject),
    mend: async () => {
      await ports.users.release(tenant, subject, busy ?? NOBODY);
      return 'mended';
    },
  });
}

/** A session that has not ended has a workflow. Its person would wait for ever otherwise. */
export async function reconcileSession(
  walk: Walk,
  tenant: Tenant,
  state: SessionState,
): Promise<Finding | undefined> {
  if (isFinal(state.status)) return undefined;
  const status = await walk.workflows.session(tenant, state.sessionId);
  if (status !== 'ended') return undefined;
  return settle(
    walk,
    { kind: 'stale_session', tenant, what: state.sessionId },
    {
      since: state.updatedAt,
      owned: async () => false,
      mend: async () => {
        const { ports, now } = walk;
        const { state: before } = (await ports.reconcileTable.session(tenant, state.sessionId)) ?? {};
        if (!before || isFinal(before.status)) return 'changed';
        // Told and counted as every end is. Saved over an older revision only: a workflow that ended by itself has the last word.
        const ended = abandonedSession(before, now);
        const timeline = abandonedTimeline(before, ended);
        const log = { events: eventsBetween(before, ended), facts: [], timeline };
        await writeLog(ports, tenant, ended, log);
        await saveRow(ports, tenant, ended, log);
        return 'mended';
      },
    },
  );
}

/** A document needs a registered user, and whatever points to a document needs that document. */
export async function reconcileDocument(
  walk: Walk,
  row: Extract<TableRow, { kind: 'document' | 'claim' }>,
): Promise<Finding | undefined> {
  const { reconcileTable, erasures } = walk.ports;
  const { tenant, subject } = row;
  const isStale = async () => {
    if (row.kind === 'document') {
      const faces = await reconcileTable.faces(tenant, subject);
      return !faces.some(({ state }) => state === 'active' || state === 'tentative');
    }
    const documents = await reconcileTable.documents(tenant, subject);
    return !documents.some(({ hash, expiresOn }) =>
      row.hash === undefined ? expiresOn === row.day : hash === row.hash,
    );
  };
  if (!(await isStale())) return undefined;
  const what = row.kind === 'document' ? row.hash : (row.hash ?? `expiring ${row.day}`);
  const seen = `DOCUMENT#${row.kind}#${what}#${subject}`;
  return settle(
    walk,
    { kind: 'stale_document', tenant, what, where: subject },
    {
      since: await reconcileTable.knownSince(tenant, seen, walk.now, walk.mend),
      // A document is claimed before its user is held.
      owned: async () =>
        (row.kind === 'claim' && (await isAtWork(walk, tenant, row.sessionId))) ||
        (await isBeingChanged(walk, tenant, subject)),
      mend: async () => {
        await reconcileTable.forget(tenant, seen);
        if (!(await isStale())) return 'changed';
        if (row.kind === 'claim') return (await reconcileTable.removeClaim(row)) ? 'mended' : 'changed';
        await erasures.removeDocuments(tenant, subject);
        return 'mended';
      },
    },
  );
}

import type { Mode, SessionState, Tenant } from '../../../domain/session.js';
import type { TableRow, UserHold } from '../../ports/reconcile-table.js';
import type { Seal } from './seal.js';
import { toFace } from './user-rows.js';

/** `<account>#<mode>#<kind>#<name>`: accounts and modes have no `#` in them. */
const PARTITION = /^([^#]+)#(live|test)#([A-Z]+)#(.+)$/;

/** A row of the table, told by its key; undefined for a kind that reconciliation has nothing to do with. */
export function toTableRow(row: Record<string, unknown>, seal?: Seal): TableRow | undefined {
  const [pk, sk] = [String(row.pk), String(row.sk)];
  const [, account, mode, kind, name] = PARTITION.exec(pk) ?? [];
  if (!account || !name) return undefined;
  const tenant: Tenant = { account, mode: mode as Mode };
  const at = { pk, sk };

  if (kind === 'SESSION') {
    return sk === 'SESSION' && row.state
      ? { tenant, kind: 'session', state: row.state as SessionState }
      : undefined;
  }
  if (kind === 'DOCUMENT') {
    const claimed = row.sessionId ? { sessionId: String(row.sessionId) } : {};
    return { tenant, kind: 'claim', subject: String(row.subject), at, hash: name, ...claimed };
  }
  if (kind === 'EXPIRING') return { tenant, kind: 'claim', subject: sk, at, day: name };
  if (kind !== 'USER') return undefined;

  if (sk === 'PROFILE') return { tenant, kind: 'user', user: toUser(name, row) };
  if (sk.startsWith('FACE#')) {
    const collection = row.collection ? { collection: String(row.collection) } : {};
    return { tenant, kind: 'face', face: { ...toFace(row, seal), ...collection } };
  }
  if (sk.startsWith('DOCUMENT#'))
    return { tenant, kind: 'document', subject: name, hash: sk.slice('DOCUMENT#'.length) };
  return undefined;
}

function toUser(subject: string, row: Record<string, unknown>): UserHold {
  const time = (name: 'busySince' | 'erasingSince' | 'createdAt') =>
    row[name] === undefined ? {} : { [name]: Number(row[name]) };
  return {
    subject,
    ...(row.busy ? { busy: String(row.busy) } : {}),
    ...(row.erasing ? { erasing: String(row.erasing) } : {}),
    ...time('busySince'),
    ...time('erasingSince'),
    ...time('createdAt'),
  };
}

import type { Erasure } from '../domain/erasure.js';
import type { Tenant } from '../domain/session.js';

/** An erasure as the API shows it (docs/http.md). */
export function renderErasure(tenant: Tenant, erasure: Erasure) {
  const { remaining } = erasure;
  return {
    id: erasure.erasureId,
    object: 'erasure',
    livemode: tenant.mode === 'live',
    status: erasure.status,
    subject: erasure.subject,
    requested_by: erasure.requestedBy,
    requested_at: time(erasure.requestedAt),
    done_at: time(erasure.doneAt),
    stores: erasure.stores.map(({ store, erased, at }) => ({ store, erased, at: time(at) })),
    kept: erasure.kept ?? [],
    remaining: remaining ? remaining.map(({ collection, faces }) => ({ collection, faces })) : null,
    backups_expire_at: time(erasure.backupsExpireAt),
    histories_expire_at: time(erasure.historiesExpireAt),
  };
}

function time(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}

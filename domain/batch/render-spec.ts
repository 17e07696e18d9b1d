import type { ItemCounts } from './item.js';
import type { BatchAction, BatchSpec } from './job.js';

/** What a job is to do, in the words of the request. */
export function renderSpec(spec: BatchSpec) {
  return {
    source: renderSource(spec.source),
    on_existing: spec.onExisting,
    precheck: spec.precheck,
    rates: spec.rates,
    rate_windows: spec.windows,
    quotas: spec.quotas ?? null,
    cost_ceiling: spec.costCeiling ?? null,
    limit: spec.limit ?? null,
    policy: spec.policy,
  };
}

/** Who did what. */
export const renderActions = (actions: readonly BatchAction[]) =>
  actions.map(({ command, by, at }) => ({ command, by, at: new Date(at).toISOString() }));

/** By status, and within it by reason. Together they are the items that have an outcome. */
export function renderCounts(counts: ItemCounts) {
  const byStatus: Record<string, number> = { indexed: 0, rejected: 0, skipped: 0, dead_letter: 0 };
  const reasons: Record<string, Record<string, number>> = {};
  for (const [name, count] of Object.entries(counts)) {
    const [status = '', reason] = name.split('/');
    byStatus[status] = (byStatus[status] ?? 0) + count;
    if (reason) reasons[status] = { ...reasons[status], [reason]: count };
  }
  return { counts: byStatus, reasons };
}

function renderSource(source: BatchSpec['source']) {
  const { bucket, region } = source;
  if (source.kind === 'prefix') {
    return { type: 'prefix', bucket, region: region ?? null, prefix: source.prefix, user_id: source.userId };
  }
  const { key, format, columns, photos, userId } = source;
  return {
    type: 'manifest',
    ...{ bucket, region: region ?? null, key, format },
    columns: { key: columns.key, user_id: columns.userId ?? null },
    user_id: userId ?? null,
    photos: photos ? { bucket: photos.bucket, region: photos.region ?? null } : null,
  };
}

import { countKey, type ItemCounts } from '../../domain/batch/item.js';
import { itemCsvRow, itemsCsvHeader } from '../../domain/batch/items-csv.js';
import { type ReportPart, reportPrefix } from '../../domain/batch/report.js';
import type { Tenant } from '../../domain/session.js';
import type { Ports } from '../ports.js';

type ListPorts = Pick<Ports, 'batches' | 'photos' | 'photoVersions'>;

/**
 * Writes a part of the list of a job's items, as the ledger has them, and again until the ledger has not changed meanwhile:
 * whoever erases a user takes them out of the ledger first and looks at what was written afterwards.
 * @param rewrite what was there before goes for good, older versions too
 */
export async function writeItems(
  ports: ListPorts,
  request: { tenant: Tenant; jobId: string; part: ReportPart; rewrite: boolean },
  progress: () => void,
): Promise<ItemCounts> {
  const { tenant, jobId, part } = request;
  const { photos, photoVersions } = ports;
  const { bucket } = photoVersions;
  const key = reportPrefix(tenant, jobId) + part.file;
  let { csv, counts } = await listOf(ports.batches, request, progress);
  for (let rewrite = request.rewrite; ; rewrite = true) {
    if (rewrite) await photoVersions.erase(key, { exact: true, progress });
    await photos.put({ bucket, key }, new TextEncoder().encode(csv), 'text/csv; charset=utf-8');
    const now = await listOf(ports.batches, request, progress);
    if (now.csv === csv) return counts;
    ({ csv, counts } = now);
  }
}

async function listOf(
  batches: Ports['batches'],
  { tenant, jobId, part }: { tenant: Tenant; jobId: string; part: ReportPart },
  progress: () => void,
): Promise<{ csv: string; counts: ItemCounts }> {
  const lines = part.from === 0 ? [itemsCsvHeader] : [];
  const counts: Record<string, number> = {};
  for (let chunk = part.from; chunk < part.to; chunk++) {
    for (const item of await batches.readChunk(tenant, jobId, chunk)) {
      lines.push(itemCsvRow(item));
      counts[countKey(item)] = (counts[countKey(item)] ?? 0) + 1;
    }
    progress();
  }
  return { csv: lines.join(''), counts };
}

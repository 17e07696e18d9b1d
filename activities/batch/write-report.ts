import { heartbeat } from '@temporalio/activity';
import type { ItemCounts } from '../../domain/batch/item.js';
import type { BatchState } from '../../domain/batch/job.js';
import { type PairCounts, reportOf, reportParts, reportPrefix } from '../../domain/batch/report.js';
import { reportHtml } from '../../domain/batch/report-html.js';
import { reportJson } from '../../domain/batch/report-json.js';
import type { Tenant } from '../../domain/session.js';
import type { Ports } from '../ports.js';
import { writeItems } from './write-items.js';

/** A page of pairs is one answer of DynamoDB. */
const PAGE = 500;

/**
 * Writes what a job came to: numbers (`report.json`, `report.html`), and the list of its items in parts, as the ledger has
 * them. A repeat writes all of it again.
 * @returns where it is, and how many pairs of duplicates are stored: tries of a search that died have told of fewer
 * @throws ApplicationFailure as the ports do
 */
export async function writeReport(
  ports: Pick<Ports, 'batches' | 'photos' | 'photoVersions'>,
  { tenant, state }: { tenant: Tenant; state: BatchState },
): Promise<{ bucket: string; prefix: string; pairs?: number }> {
  const { jobId } = state;
  const { bucket } = ports.photoVersions;
  const prefix = reportPrefix(tenant, jobId);
  let ledger: ItemCounts = {};
  for (const part of reportParts(state.chunks.begun)) {
    const counts = await writeItems(ports, { tenant, jobId, part, rewrite: false }, heartbeat);
    ledger = sumOf(ledger, counts);
  }
  const pairs = state.duplicates ? await countPairs(ports.batches, tenant, jobId) : undefined;
  const report = reportOf(tenant, state, { ledger, ...(pairs ? { pairs } : {}) });
  const write = (file: string, text: string, type: string) =>
    ports.photos.put({ bucket, key: prefix + file }, new TextEncoder().encode(text), type);
  await write('report.json', reportJson(report), 'application/json');
  await write('report.html', reportHtml(report), 'text/html; charset=utf-8');
  return { bucket, prefix, ...(pairs ? { pairs: pairs.pairs } : {}) };
}

async function countPairs(batches: Ports['batches'], tenant: Tenant, jobId: string): Promise<PairCounts> {
  const similarities: Record<string, number> = {};
  let [pairs, open] = [0, 0];
  let cursor: string | undefined;
  do {
    const page = await batches.pairs(tenant, jobId, { limit: PAGE, ...(cursor ? { cursor } : {}) });
    for (const { similarity, resolution } of page.pairs) {
      pairs++;
      if (!resolution) open++;
      const from = String(Math.floor(similarity));
      similarities[from] = (similarities[from] ?? 0) + 1;
    }
    cursor = page.nextCursor;
    heartbeat();
  } while (cursor);
  return { pairs, open, similarities };
}

function sumOf(one: ItemCounts, other: ItemCounts): ItemCounts {
  const sum: Record<string, number> = { ...one };
  for (const [key, count] of Object.entries(other)) sum[key] = (sum[key] ?? 0) + count;
  return sum;
}

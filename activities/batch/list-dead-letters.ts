import type { ItemReason } from '../../domain/batch/item.js';
import { type Spans, spansOf } from '../../domain/batch/spans.js';
import type { Tenant } from '../../domain/session.js';
import type { Ports } from '../ports.js';

const PAGE = 500;

/**
 * Chunks that have dead letters of these reasons, or any where there are none; where they are many, some that have none too. Of an index that may lag by a moment:
 * what was given up just now may need to be asked for again.
 */
export async function listDeadLetters(
  { batches }: Pick<Ports, 'batches'>,
  request: { tenant: Tenant; jobId: string; reasons: readonly ItemReason[]; chunks: number },
  progress: () => void = () => {},
): Promise<{ chunks: Spans }> {
  const { tenant, jobId, reasons, chunks } = request;
  const found = new Set<number>();
  for (const reason of reasons.length > 0 ? reasons : [undefined]) {
    const filter = { status: 'dead_letter' as const, ...(reason ? { reason } : {}), chunks };
    let cursor: string | undefined;
    do {
      const page = { limit: PAGE, ...(cursor ? { cursor } : {}) };
      const { items, nextCursor } = await batches.items(tenant, jobId, filter, page);
      for (const { chunk } of items) found.add(chunk);
      cursor = nextCursor;
      progress();
    } while (cursor);
  }
  return { chunks: spansOf(found) };
}

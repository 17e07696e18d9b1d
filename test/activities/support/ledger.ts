import type { ItemOutcome } from '../../../domain/batch/item.js';
import type { Tenant } from '../../../domain/session.js';
import type { OnTwin } from './on-twin.js';
import { indexed } from './rows.js';

/** The ledger of a job, and items as a chunk writes them. */
export function ledgerOf({ ports }: OnTwin, tenant: Tenant, jobId: string) {
  const { batches, batchUsers } = ports;
  const outcome = (itemId: string, changes: Partial<ItemOutcome> = {}): ItemOutcome => ({
    itemId,
    chunk: 0,
    status: 'rejected',
    reason: 'no_face',
    uri: `s3://archive/u-secret/${itemId}.jpg`,
    userId: 'u-secret',
    subject: `subject-of-${itemId}`,
    at: 1_000,
    ...changes,
  });
  return {
    outcome,
    /** With the row of its face. */
    async indexed(itemId: string, changes: Partial<ItemOutcome> = {}): Promise<ItemOutcome> {
      const { reason: _, ...rest } = outcome(itemId, changes);
      const face = indexed(itemId);
      await batchUsers.commit(tenant, {
        subject: rest.subject ?? '',
        faceKey: itemId,
        rank: { startedAt: 5, sessionId: jobId },
        chunk: rest.chunk,
        generation: '1',
        face,
        image: { bucket: 'archive', key: itemId },
      });
      return { ...rest, status: 'indexed', face };
    },
    async record(outcomes: readonly ItemOutcome[], chunk = 0): Promise<boolean> {
      return batches.record(tenant, jobId, await batches.claim(tenant, jobId, chunk), outcomes);
    },
    async read(chunk = 0): Promise<ItemOutcome[]> {
      const items = await batches.readChunk(tenant, jobId, chunk);
      return items.sort((a, b) => (a.itemId < b.itemId ? -1 : 1));
    },
    async statuses(chunk = 0): Promise<string[]> {
      const items = await batches.readChunk(tenant, jobId, chunk);
      return items.map(({ itemId, status, reason }) => `${itemId} ${reason ?? status}`).sort();
    },
  };
}

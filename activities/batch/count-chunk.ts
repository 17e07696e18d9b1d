import type { ChunkResult } from '../../domain/batch/chunk.js';
import type { Tenant } from '../../domain/session.js';
import type { Ports } from '../ports.js';
import { countsOf } from './chunk-ledger.js';
import { laterTry } from './recorder.js';

/**
 * What the ledger has of a chunk that was broken off; whoever may still be at work on it writes nothing more.
 * @throws ApplicationFailure as the table does
 */
export async function countChunk(
  { batches }: Pick<Ports, 'batches'>,
  { tenant, jobId, chunk }: { tenant: Tenant; jobId: string; chunk: number },
): Promise<Omit<ChunkResult, 'pace'>> {
  if (!(await batches.claim(tenant, jobId, { chunk, fence: Date.now() }))) throw laterTry();
  const rows = await batches.readChunk(tenant, jobId, chunk);
  return { items: rows.length, counts: countsOf(rows), calls: {}, throttled: 0 };
}

import type { Client } from '@temporalio/client';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import type { UnderWay } from '../../domain/batch/progress.js';

/** Activities that work on a chunk. */
const CHUNK_WORK = new Set(['indexChunk', 'searchChunk', 'rollbackChunk']);

/**
 * What chunks that have not ended have come to so far, by their last heartbeats. A chunk whose worker has not told anything yet
 * counts with no items. Ask after the job's state, not before: then a chunk that ends in between is in neither, and never in both.
 * @throws what Temporal's client does
 */
export async function chunksUnderWay(client: Client, workflowId: string): Promise<UnderWay> {
  const { raw } = await client.workflow.getHandle(workflowId).describe();
  const working = (raw.pendingActivities ?? []).filter(({ activityType }) =>
    CHUNK_WORK.has(activityType?.name ?? ''),
  );
  const done = await Promise.all(
    working.map(async ({ heartbeatDetails }) => {
      const payloads = heartbeatDetails?.payloads;
      const [details] = await decodeArrayFromPayloads(client.options.loadedDataConverter, payloads);
      return doneOf(details);
    }),
  );
  return { chunks: working.length, items: done.reduce((sum, items) => sum + items, 0) };
}

/** Heartbeats of other versions may say less. */
function doneOf(details: unknown): number {
  const { done, searched } = (details ?? {}) as { done?: unknown; searched?: unknown };
  const items = done ?? searched;
  return typeof items === 'number' ? Math.max(0, items) : 0;
}

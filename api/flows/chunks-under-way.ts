import type { Client } from '@temporalio/client';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import type { UnderWay } from '../../domain/batch/progress.js';

/** Activities that work on a chunk. */
const CHUNK_WORK = new Set(['indexChunk', 'searchChunk', 'rollbackChunk']);

/** Ends that a job does not come to by itself: it ends as completed, whatever became of it. */
const CUT_OFF = new Set(['TERMINATED', 'FAILED', 'TIMED_OUT', 'CANCELLED']);

/**
 * What chunks that have not ended have come to so far, by their last heartbeats. A chunk whose worker has not told anything yet
 * counts with no items. Ask after the job's state, not before: then a chunk that ends in between is in neither, and never in both.
 * @returns `cut_off`: the workflow was ended from outside, and nothing works on the job any more
 * @throws what Temporal's client does
 */
export async function chunksUnderWay(client: Client, workflowId: string): Promise<UnderWay | 'cut_off'> {
  const { raw, status } = await client.workflow.getHandle(workflowId).describe();
  if (CUT_OFF.has(status.name)) return 'cut_off';
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
  const { done } = (details ?? {}) as { done?: unknown };
  return typeof done === 'number' ? Math.max(0, done) : 0;
}

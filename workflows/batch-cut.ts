import { settleChunk } from './batch.js';
import type { Job } from './batch-job.js';
import { leaveWaiting } from './batch-ranges.js';

/**
 * Settles what a cancel has broken off, before anything is taken back or reported: chunks that were begun and have not ended
 * may have made faces count that their ledgers do not know. What was never begun counts as not met.
 */
export async function settleCut(job: Job): Promise<void> {
  const { held, state } = job;
  const { tenant, jobId } = job.input;
  leaveWaiting(job);
  for (let [cut] = held.again; cut; [cut] = held.again) {
    const { chunk, range, items } = cut;
    const result = await job.step(() => settleChunk({ tenant, jobId, spec: state().spec, chunk, range }));
    if (!result) return;
    held.again.shift();
    const all = result.items < items ? { listed: false } : {};
    const left = result.unread ? { unsettled: (state().unsettled ?? 0) + 1 } : {};
    job.count(result, { items: state().items + result.items - items, ...all, ...left });
  }
  const { round = '', begun = [] } = held.retry ?? {};
  for (let [chunk] = begun; chunk !== undefined; [chunk] = begun) {
    const request = { tenant, jobId, spec: state().spec, chunk, round };
    const result = await job.step(() => settleChunk(request));
    if (!result) return;
    begun.shift();
    job.count(result);
  }
}

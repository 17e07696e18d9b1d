import { RETRY_WITHIN_MS } from '../../domain/batch/commands.js';
import { type BatchState, hasEnded } from '../../domain/batch/job.js';
import { ERASED_TOLD_MS } from '../../domain/erasure.js';
import type { Tenant } from '../../domain/session.js';
import type { Ports } from '../ports.js';

const PAGE = 20;

/**
 * Tells every job that has not ended, or may be asked for a retry, that a user is being erased: what it comes to later of this
 * user is left alone.
 * @returns how many jobs have not ended
 */
export async function tellJobs(
  { batches }: Pick<Ports, 'batches'>,
  { tenant, subject }: { tenant: Tenant; subject: string },
): Promise<number> {
  let running = 0;
  let cursor: string | undefined;
  do {
    const page = await batches.list(tenant, { limit: PAGE, ...(cursor ? { cursor } : {}) });
    const now = Date.now();
    for (const job of page.jobs) {
      if (hasEnded(job) && !mayGoOn(job, now)) continue;
      await batches.noteErased(tenant, job.jobId, subject);
      if (!hasEnded(job)) running++;
    }
    const oldest = page.jobs.at(-1)?.createdAt ?? now;
    cursor = now - oldest < ERASED_TOLD_MS ? page.nextCursor : undefined;
  } while (cursor);
  return running;
}

const mayGoOn = ({ status, endedAt = 0 }: BatchState, now: number) =>
  status === 'completed' && now - endedAt < RETRY_WITHIN_MS;

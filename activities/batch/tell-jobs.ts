import { hasEnded } from '../../domain/batch/job.js';
import type { Tenant } from '../../domain/session.js';
import type { Ports } from '../ports.js';

const PAGE = 20;

/**
 * Tells every job that has not ended that a user is being erased, so that what it comes to later of this user is left alone.
 * @returns how many jobs there are
 */
export async function tellJobs(
  { batches }: Pick<Ports, 'batches'>,
  { tenant, subject }: { tenant: Tenant; subject: string },
): Promise<number> {
  let told = 0;
  let cursor: string | undefined;
  do {
    const page = await batches.list(tenant, { limit: PAGE, ...(cursor ? { cursor } : {}) });
    for (const job of page.jobs) {
      if (hasEnded(job)) continue;
      await batches.noteErased(tenant, job.jobId, subject);
      told++;
    }
    cursor = page.nextCursor;
  } while (cursor);
  return told;
}

import type { Ports } from '../activities/ports.js';
import { allowedBatchCommands } from '../domain/batch/commands.js';
import type { BatchState } from '../domain/batch/job.js';
import { lostJob, maybeLost, saidNothing } from '../domain/batch/new-job.js';
import type { UnderWay } from '../domain/batch/progress.js';
import type { Tenant } from '../domain/session.js';
import type { BatchFlows } from './flows/batch-jobs.js';
import { problems } from './problem.js';

interface FindDeps {
  flows: Pick<BatchFlows, 'askBatch' | 'underWay'>;
  batches: Pick<Ports['batches'], 'read' | 'save'>;
}

/** Where a job stands. */
export interface FoundJob {
  state: BatchState;
  underWay?: UnderWay;
}

/** What the job last wrote. @throws Problem 404 */
export async function rowOfJob(
  { batches }: Pick<FindDeps, 'batches'>,
  tenant: Tenant,
  jobId: string,
): Promise<BatchState> {
  const found = await batches.read(tenant, jobId);
  if (!found) throw problems.notFound('batch job');
  return found;
}

/**
 * A job that may be moving is asked itself; its row is what it last wrote. One that nothing works on is failed, and its row says
 * so from then on: erasures go by it, and wait for jobs that go on.
 * @throws Problem 404
 */
export async function findBatchJob(deps: FindDeps, tenant: Tenant, jobId: string): Promise<FoundJob> {
  const { flows, batches } = deps;
  const written = await rowOfJob(deps, tenant, jobId);
  const hasEnded = written.endedAt !== undefined;
  // One that waits for a retry may have been told to, and has not written that yet.
  if (hasEnded && allowedBatchCommands(written, Date.now()).length === 0) return { state: written };

  async function lost(state: BatchState, isKnown: boolean): Promise<FoundJob> {
    const failed = lostJob(state, isKnown);
    await batches.save(tenant, failed);
    return { state: failed };
  }
  const asked = await flows.askBatch({ tenant, jobId });
  if (asked === 'absent') return maybeLost(written, Date.now()) ? lost(written, false) : { state: written };
  const state = asked && asked.revision > written.revision ? asked : written;
  if (state.endedAt !== undefined) return { state };
  const underWay = await flows.underWay({ tenant, jobId });
  if (underWay === 'cut_off') return lost(state, true);
  return { state, ...(underWay && !saidNothing(state) ? { underWay } : {}) };
}

import type { z } from 'zod';
import type { Prices } from '../domain/batch/cost.js';
import type { Rates } from '../domain/batch/job.js';
import type { BatchSource } from '../domain/batch/source.js';
import type { Tenant } from '../domain/session.js';
import type { BatchJobs } from './batch-jobs.js';
import type { BatchFlows } from './flows/batch-jobs.js';
import type { Identities } from './identities.js';
import { problems } from './problem.js';
import { type RenderedPlan, renderPlan } from './render-batch-plan.js';
import type { planBatchJobSchema } from './schemas/batch-job.js';

export interface BatchPlansDeps {
  flows: Pick<BatchFlows, 'beginPlan' | 'planned' | 'cancelPlan'>;
  identities: Identities;
  quotas: Rates;
  prices: Prices;
  specOf: BatchJobs['specOf'];
  /** Of Rekognition, and of our buckets. */
  regions: { rekognition: string; buckets: string };
}

/** Plans of batch jobs: what one would do, take and cost. */
export interface BatchPlans {
  /** Begins to look at the source. @returns the plan's id @throws Problem 422 */
  begin(
    tenant: Tenant,
    body: z.output<typeof planBatchJobSchema>,
    idempotencyKey: string | undefined,
  ): Promise<string>;
  /** Stops one, where it is under way. @throws Problem 404 where there is none */
  cancel(tenant: Tenant, planId: string): Promise<void>;
  /** @throws Problem 404, 422 where the source cannot be read */
  read(tenant: Tenant, planId: string, withinMs: number): Promise<RenderedPlan>;
}

export function createBatchPlans(deps: BatchPlansDeps): BatchPlans {
  const { flows, identities, quotas, prices, specOf, regions } = deps;
  const elsewhere = (source: BatchSource) => {
    const { region = regions.buckets } = (source.kind === 'manifest' && source.photos) || source;
    return region !== regions.rekognition;
  };
  return {
    async begin(tenant, { hours, ...body }, idempotencyKey) {
      const { spec } = specOf(tenant, body);
      // Another body is another plan, so that nobody is told of a source that they did not ask about.
      const fingerprint = identities.fingerprint({ hours, ...body });
      const key = idempotencyKey === undefined ? undefined : `${idempotencyKey}/${fingerprint}`;
      const planId = identities.batchId('bp', tenant, key);
      const asked = { tenant, planId, spec, elsewhere: elsewhere(spec.source) };
      await flows.beginPlan({ ...asked, ...(hours === undefined ? {} : { hours }) });
      return planId;
    },

    async cancel(tenant, planId) {
      if (!(await flows.cancelPlan({ tenant, planId }))) throw problems.notFound('plan');
    },

    async read(tenant, planId, withinMs) {
      const planned = await flows.planned({ tenant, planId }, withinMs);
      if (!planned) throw problems.notFound('plan');
      if (planned === 'late') return { id: planId, object: 'batch_plan', status: 'processing' };
      if ('refused' in planned) throw problems.sourceNotReadable(withoutResume(planned.refused));
      const limits = { quotas, prices, region: regions.rekognition };
      return renderPlan(planId, planned, { ...limits, startAt: Date.now() });
    },
  };
}

/** What is wrong with a source is said for a job, which goes on when it is resumed. A plan is asked for again. */
function withoutResume(refused: string): string {
  return refused
    .replace(/ changed since the job began\. .*$/, ' changed while it was counted. Plan again.')
    .replace(/, then resume\.$/, ', then plan again.');
}

import type { Prices } from '../domain/batch/cost.js';
import type { Rates } from '../domain/batch/job.js';
import { type PlannedPass, planOf } from '../domain/batch/plan.js';
import { renderSpec } from '../domain/batch/render-spec.js';
import type { PlannedBatch } from '../workflows/batch-plan.js';

/** A plan as the API shows it, or that it is not there yet. */
export type RenderedPlan =
  | { id: string; object: 'batch_plan'; status: 'processing' }
  | ReturnType<typeof renderPlan>;

/**
 * What a job of that spec would do, take and cost.
 * @param limits.startAt when it would begin, milliseconds since the epoch
 */
export function renderPlan(
  id: string,
  { spec, survey, hours }: Extract<PlannedBatch, { survey: unknown }>,
  limits: { quotas: Rates; prices: Prices; region: string; startAt: number },
) {
  const plan = planOf({ spec, ...limits, ...(hours === undefined ? {} : { hours }) }, survey);
  const { index, duplicates, total } = plan;
  return {
    id,
    object: 'batch_plan' as const,
    status: 'ready' as const,
    ...renderSpec(spec),
    duplicates: duplicates.included,
    hours: hours ?? null,
    items: plan.items,
    usable: plan.usable,
    bytes: plan.bytes ?? null,
    unusable: survey.unusable,
    bad_lines: survey.badLines,
    sample: survey.sample,
    quotas: limits.quotas,
    index: renderPass(index),
    duplicate_pass: { ...renderPass(duplicates), included: duplicates.included },
    total: {
      seconds: total.seconds ?? null,
      cost: total.cost,
      face_storage_month: total.faceStorageMonth,
    },
    shards: plan.shards.map(({ shard, collection, faces, facesAfter, fill }) => ({
      ...{ shard, collection, faces: faces ?? null, faces_after: facesAfter, fill },
    })),
    quota_request: plan.quotaRequest ?? null,
    warnings: plan.warnings,
    prices_of: limits.prices.region,
  };
}

function renderPass({ calls, seconds, needed, cost }: PlannedPass) {
  return { calls, seconds: seconds ?? null, needed_rates: needed ?? null, cost };
}

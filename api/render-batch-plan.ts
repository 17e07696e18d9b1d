import type { Prices } from '../domain/batch/cost.js';
import type { Rates } from '../domain/batch/job.js';
import type { PlannedBatch } from '../workflows/batch-plan.js';
import { renderSpec } from './render-batch-job.js';

/** A plan as the API shows it, or that it is not there yet. */
export type RenderedPlan =
  | { id: string; object: 'batch_plan'; status: 'processing' }
  | ReturnType<typeof renderPlan>;

type Surveyed = Extract<PlannedBatch, { survey: unknown }>;

/** What a job of that spec would do, take and cost. */
export function renderPlan(
  id: string,
  { spec, survey }: Surveyed,
  _limits: { quotas: Rates; prices: Prices },
) {
  return {
    id,
    object: 'batch_plan' as const,
    status: 'ready' as const,
    ...renderSpec(spec),
    items: survey.items,
    bytes: survey.bytes ?? null,
    unusable: survey.unusable,
    bad_lines: survey.badLines,
    sample: survey.sample,
  };
}

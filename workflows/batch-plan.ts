import { ApplicationFailure } from '@temporalio/common';
import { ActivityFailure, proxyActivities } from '@temporalio/workflow';
import type { Batch } from '../activities/batch.js';
import type { BatchSpec } from '../domain/batch/job.js';
import type { SourceSurvey } from '../domain/batch/survey.js';
import type { Tenant } from '../domain/session.js';
import { failures } from './failures.js';
import { INDEX_QUEUE } from './task-queues.js';

/** What a plan starts with. */
export interface BatchPlanInput {
  tenant: Tenant;
  planId: string;
  spec: BatchSpec;
  /** Photos are in another region than Rekognition. */
  elsewhere: boolean;
  /** For how long a run the rates are asked. */
  hours?: number;
}

/** What came of it. `refused`: the source cannot be read, and what to do about it. */
export type PlannedBatch = Pick<BatchPlanInput, 'spec' | 'hours'> &
  ({ survey: SourceSurvey } | { refused: string });

/** A list of millions of keys takes a quarter of an hour; a try that was broken off goes on where it was. */
const { planSource } = proxyActivities<Batch>({
  taskQueue: INDEX_QUEUE,
  startToCloseTimeout: '6 hours',
  heartbeatTimeout: '30s',
  retry: { initialInterval: '500ms', maximumInterval: '30s' },
  summary: 'count the source and look at some of it',
});

/** Looks at a source of a batch job. Nothing is written. */
export async function batchPlan(input: BatchPlanInput): Promise<PlannedBatch> {
  const { tenant, spec, elsewhere, hours } = input;
  const asked = { spec, ...(hours === undefined ? {} : { hours }) };
  try {
    return { ...asked, survey: await planSource({ tenant, spec, elsewhere }) };
  } catch (error) {
    const refused = refusal(error);
    if (refused) return { ...asked, refused };
    throw error;
  }
}

/** A plan waits for nobody to mend anything: that the source cannot be read is what there is to know. */
function refusal(error: unknown): string | undefined {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  return cause instanceof ApplicationFailure && cause.type === failures.operatorMustAct
    ? cause.message
    : undefined;
}

import type { Client, WorkflowHandle } from '@temporalio/client';
import type { BatchPlanInput } from '../../workflows/batch-plan.js';
import type { ResolveDuplicateInput } from '../../workflows/resolve-duplicate.js';
import { IDENTITY_QUEUE } from '../../workflows/task-queues.js';
import { type BatchFakes, batchWorld } from './batch-world.js';
import { operatorMustAct } from './stop-at.js';

const tenant = { account: 'acme', mode: 'test' } as const;

const plan: BatchPlanInput = {
  tenant,
  planId: 'plan',
  spec: {
    source: { kind: 'prefix', bucket: 'bucket-of-the-tests', prefix: '', userId: '{user_id}' },
    onExisting: 'skip',
    precheck: false,
    rates: {},
    windows: [],
    policy: { name: 'default', version: 1 },
  },
  elsewhere: false,
};
const decision: ResolveDuplicateInput = {
  tenant,
  jobId: 'bj_of_the_tests',
  pair: { first: 'one:a', second: 'two:b' },
  decision: { resolution: 'merge', into: 'first' },
};

/** What somebody asks for beside a job, and what comes of it: workflows of one activity. */
interface RecordedBatchRequest {
  /** Also the name of the file, and the end of the workflow's id. */
  name: string;
  workflow: 'batchPlan' | 'resolveDuplicate';
  fakes?: BatchFakes;
}

const inputs = { batchPlan: plan, resolveDuplicate: decision };

/** Every interesting path of both. */
export const recordedBatchRequests: readonly RecordedBatchRequest[] = [
  { name: 'batch-plan-done', workflow: 'batchPlan' },
  {
    name: 'batch-plan-refused',
    workflow: 'batchPlan',
    fakes: { planSource: async () => Promise.reject(operatorMustAct('There is no such bucket.')) },
  },
  { name: 'resolve-duplicate-done', workflow: 'resolveDuplicate' },
  {
    name: 'resolve-duplicate-blocked-and-done',
    workflow: 'resolveDuplicate',
    fakes: {
      resolvePair: async (_, happy, nth) => (nth === 1 ? Promise.reject(operatorMustAct()) : happy()),
    },
  },
];

/** Runs it to its end. */
export async function runBatchRequest(
  client: Client,
  { name, workflow, fakes }: RecordedBatchRequest,
): Promise<WorkflowHandle> {
  const workflowId = `${workflow}/acme/test/${name}`;
  batchWorld(workflowId, 0, fakes);
  const handle = await client.workflow.start(workflow, {
    workflowId,
    taskQueue: IDENTITY_QUEUE,
    args: [inputs[workflow]],
    staticSummary: workflow,
  });
  await handle.result();
  return handle;
}

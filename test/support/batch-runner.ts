import { randomUUID } from 'node:crypto';
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { defaultPrices } from '../../domain/batch/cost.js';
import type { BatchSpec, BatchState } from '../../domain/batch/job.js';
import { type BatchInput, batchStateQuery } from '../../workflows/batch-messages.js';
import { batchWorkflowId } from '../../workflows/ids.js';
import { searchAttributes } from '../../workflows/search-attributes.js';
import { IDENTITY_QUEUE } from '../../workflows/task-queues.js';
import { type BatchFakes, type BatchWorld, batchWorld } from './batch-world.js';
import { eventually } from './eventually.js';
import { policyWith } from './session-fixtures.js';
import type { SessionRunner } from './session-runner.js';

const tenant = { account: 'acme', mode: 'test' } as const;

/** A job that a test began, with the world its activities act on. */
export interface TestBatch {
  jobId: string;
  world: BatchWorld;
  handle: WorkflowHandleWithFirstExecutionRunId<(input: BatchInput) => Promise<BatchState>>;
  state(): Promise<BatchState>;
  /** Waits until the row of the job says so, and returns it. */
  rests(what: string, met: (state: BatchState) => boolean): Promise<BatchState>;
}

export interface BatchBeginning {
  items: number;
  spec?: Partial<BatchSpec>;
  policy?: BatchInput['policy'];
  fakes?: BatchFakes;
  jobId?: string;
  /** Items that come to nothing, and why. */
  bad?: Parameters<BatchWorld['bad']['set']>[];
}

/** Begins a batch job with fake activities; whatever is left out is the happy way. */
export async function beginBatch({ client }: SessionRunner, beginning: BatchBeginning): Promise<TestBatch> {
  const { items, fakes, bad = [], jobId = `bj_${randomUUID()}` } = beginning;
  const policy = beginning.policy ?? policyWith();
  const workflowId = batchWorkflowId(tenant, jobId);
  const world = batchWorld(workflowId, items, fakes);
  for (const [item, outcome] of bad) world.bad.set(item, outcome);
  const spec: BatchSpec = {
    source: { kind: 'prefix', bucket: 'bucket-of-the-tests', prefix: '', userId: '{user_id}' },
    onExisting: 'skip',
    precheck: false,
    duplicates: false,
    rates: {},
    windows: [],
    policy: { name: policy.name, version: policy.version },
    ...beginning.spec,
  };
  const handle = await client.workflow.start<(input: BatchInput) => Promise<BatchState>>('batchIndex', {
    workflowId,
    taskQueue: IDENTITY_QUEUE,
    args: [{ tenant, jobId, spec, policy, prices: defaultPrices }],
    staticSummary: 'batch index',
    typedSearchAttributes: [
      { key: searchAttributes.flow, value: 'batch_index' },
      { key: searchAttributes.status, value: 'running' },
    ],
  });
  return {
    ...{ jobId, world, handle },
    state: () => handle.query(batchStateQuery),
    async rests(what, met) {
      await eventually(`the job ${what}`, () => world.saved.some(met));
      return world.saved.find(met) as BatchState;
    },
  };
}

/** Every item came to one outcome, none was indexed twice, and the counts say the same. @returns what is wrong */
export function accounted({ world, state }: { world: BatchWorld; state: BatchState }): string[] {
  const wrong: string[] = [];
  const counts: Record<string, number> = {};
  for (const [item, { outcome, indexed }] of world.ledger) {
    counts[outcome] = (counts[outcome] ?? 0) + 1;
    if (indexed > 1) wrong.push(`${item} was indexed ${indexed} times`);
  }
  for (const key of new Set([...Object.keys(counts), ...Object.keys(state.counts)])) {
    if (counts[key] !== state.counts[key])
      wrong.push(`${key}: ${state.counts[key]} said, ${counts[key]} found`);
  }
  return wrong;
}

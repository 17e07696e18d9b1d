import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { CancelledFailure, TimeoutFailure } from '@temporalio/common';
import type { BatchState } from '../../domain/batch/job.js';
import type { PairAnswer } from '../../domain/batch/pair.js';
import type { UnderWay } from '../../domain/batch/progress.js';
import type { Tenant } from '../../domain/session.js';
import {
  type BatchActor,
  type BatchCancel,
  type BatchInput,
  type BatchRate,
  type BatchResume,
  type BatchRetry,
  batchStateQuery,
  cancelBatch,
  pauseBatch,
  rateBatch,
  resumeBatch,
  retryBatch,
} from '../../workflows/batch-messages.js';
import type { BatchPlanInput, PlannedBatch } from '../../workflows/batch-plan.js';
import { batchPlanWorkflowId, batchWorkflowId, duplicateWorkflowId } from '../../workflows/ids.js';
import type { ResolveDuplicateInput } from '../../workflows/resolve-duplicate.js';
import { searchAttributes } from '../../workflows/search-attributes.js';
import { IDENTITY_QUEUE } from '../../workflows/task-queues.js';
import { problems } from '../problem.js';
import { type Answer, answerTo } from './answer.js';
import { chunksUnderWay } from './chunks-under-way.js';
import { createDelivery } from './deliver.js';

/** The job that a message goes to. */
export interface BatchTarget {
  tenant: Tenant;
  jobId: string;
}

export interface PlanTarget {
  tenant: Tenant;
  planId: string;
}

/** How a command is sent: the same id is the same command. */
export interface Sending {
  updateId: string;
  withinMs: number;
}

/** Starts batch jobs and tells them what to do: one function per message. */
export interface BatchFlows {
  /** Starts the job's workflow, unless it runs or ran already. */
  beginBatch(input: BatchInput): Promise<void>;
  pauseBatch(job: BatchTarget, actor: BatchActor, sending: Sending): Promise<Answer<BatchState>>;
  resumeBatch(job: BatchTarget, resume: BatchResume, sending: Sending): Promise<Answer<BatchState>>;
  rateBatch(job: BatchTarget, rate: BatchRate, sending: Sending): Promise<Answer<BatchState>>;
  retryBatch(job: BatchTarget, retry: BatchRetry, sending: Sending): Promise<Answer<BatchState>>;
  cancelBatch(job: BatchTarget, cancel: BatchCancel, sending: Sending): Promise<Answer<BatchState>>;
  /** What the workflow says of itself. `absent`: there is none; undefined: it does not answer at once. */
  askBatch(job: BatchTarget): Promise<BatchState | 'absent' | undefined>;
  /** What its chunks under way have come to, or that its workflow was ended from outside; undefined when Temporal does not say at once. */
  underWay(job: BatchTarget): Promise<UnderWay | 'cut_off' | undefined>;
  /** Does what was decided about a pair of duplicates; another decision about it meanwhile waits for the first. */
  resolveDuplicate(input: ResolveDuplicateInput, withinMs: number): Promise<PairAnswer | 'late'>;
  /** Looks at a source, unless somebody does, or did, under the same id. */
  beginPlan(input: BatchPlanInput): Promise<void>;
  /** Stops a plan, where it is under way. @returns false where there is none */
  cancelPlan(plan: PlanTarget): Promise<boolean>;
  /** What came of it. `late`: nothing yet. Undefined: there is no such plan, it was stopped, or Temporal has it no more. */
  planned(
    plan: PlanTarget,
    withinMs: number,
  ): Promise<PlannedBatch | { refused: string } | 'late' | undefined>;
}

/** A Query cannot be answered while a local activity runs: then the row has to do. */
const ASK_WITHIN_MS = 300;
const START_WITHIN_MS = 5_000;
/** Whoever waits for a plan is told then that there will be none. */
const PLAN_WITHIN = '6 hours';

/** Nobody waits for a photo of an archive: people who log in go first (1 is the most urgent, 5 the least). */
const priority = { priorityKey: 5 };

export function createBatchFlows(client: Client): BatchFlows {
  const handle = ({ tenant, jobId }: BatchTarget) =>
    client.workflow.getHandle(batchWorkflowId(tenant, jobId));
  const { command } = createDelivery<BatchState>(client, {
    idAttribute: 'idv.batch_job_id',
    unavailable: () => problems.unavailable('The request may not have arrived. Send it again.'),
  });
  const attributes = ({ account, mode }: Tenant, flow: string) => [
    { key: searchAttributes.flow, value: flow },
    { key: searchAttributes.account, value: account },
    { key: searchAttributes.mode, value: mode },
  ];

  return {
    async beginBatch(input) {
      const { tenant, jobId } = input;
      const start = client.withDeadline(Date.now() + START_WITHIN_MS, () =>
        client.workflow.start('batchIndex', {
          workflowId: batchWorkflowId(tenant, jobId),
          taskQueue: IDENTITY_QUEUE,
          args: [input],
          workflowIdConflictPolicy: 'USE_EXISTING',
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
          staticSummary: 'batch index',
          priority,
          typedSearchAttributes: [
            ...attributes(tenant, 'batch_index'),
            { key: searchAttributes.status, value: 'running' },
          ],
        }),
      );
      await start.catch(unlessStarted);
    },
    pauseBatch: (job, actor, { updateId, withinMs }) =>
      command('batch.pause', job.jobId, withinMs, () =>
        handle(job).startUpdate(pauseBatch, { updateId, args: [actor], waitForStage: 'ACCEPTED' }),
      ),
    resumeBatch: (job, resume, { updateId, withinMs }) =>
      command('batch.resume', job.jobId, withinMs, () =>
        handle(job).startUpdate(resumeBatch, { updateId, args: [resume], waitForStage: 'ACCEPTED' }),
      ),
    rateBatch: (job, rate, { updateId, withinMs }) =>
      command('batch.rate', job.jobId, withinMs, () =>
        handle(job).startUpdate(rateBatch, { updateId, args: [rate], waitForStage: 'ACCEPTED' }),
      ),
    retryBatch: (job, retry, { updateId, withinMs }) =>
      command('batch.retry', job.jobId, withinMs, () =>
        handle(job).startUpdate(retryBatch, { updateId, args: [retry], waitForStage: 'ACCEPTED' }),
      ),
    cancelBatch: (job, cancel, { updateId, withinMs }) =>
      command('batch.cancel', job.jobId, withinMs, () =>
        handle(job).startUpdate(cancelBatch, { updateId, args: [cancel], waitForStage: 'ACCEPTED' }),
      ),
    async askBatch(job) {
      try {
        return await client.withDeadline(Date.now() + ASK_WITHIN_MS, () =>
          handle(job).query(batchStateQuery),
        );
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return 'absent';
        return undefined; // busy, or between workers: the row is the answer
      }
    },
    async underWay({ tenant, jobId }) {
      try {
        return await client.withDeadline(Date.now() + ASK_WITHIN_MS, () =>
          chunksUnderWay(client, batchWorkflowId(tenant, jobId)),
        );
      } catch {
        return undefined;
      }
    },
    async resolveDuplicate(input, withinMs) {
      const { tenant, jobId, pair } = input;
      const decided = await client.withDeadline(Date.now() + START_WITHIN_MS, () =>
        client.workflow.start('resolveDuplicate', {
          workflowId: duplicateWorkflowId(tenant, jobId, pair),
          taskQueue: IDENTITY_QUEUE,
          args: [input],
          workflowIdConflictPolicy: 'USE_EXISTING',
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
          staticSummary: 'decision about a pair of duplicates',
          typedSearchAttributes: attributes(tenant, 'resolve_duplicate'),
        }),
      );
      try {
        return await client.withDeadline(
          Date.now() + withinMs,
          () => decided.result() as Promise<PairAnswer>,
        );
      } catch (error) {
        const answer = answerTo(error);
        if (answer && 'late' in answer) return 'late';
        throw error;
      }
    },
    async beginPlan(input) {
      const { tenant, planId } = input;
      const start = client.withDeadline(Date.now() + START_WITHIN_MS, () =>
        client.workflow.start('batchPlan', {
          workflowId: batchPlanWorkflowId(tenant, planId),
          taskQueue: IDENTITY_QUEUE,
          args: [input],
          workflowIdConflictPolicy: 'USE_EXISTING',
          workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
          staticSummary: 'plan of a batch index',
          workflowExecutionTimeout: PLAN_WITHIN,
          typedSearchAttributes: attributes(tenant, 'batch_plan'),
        }),
      );
      await start.catch(unlessStarted);
    },
    async cancelPlan({ tenant, planId }) {
      const plan = client.workflow.getHandle(batchPlanWorkflowId(tenant, planId));
      try {
        await client.withDeadline(Date.now() + START_WITHIN_MS, () => plan.cancel());
        return true;
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      }
    },
    async planned({ tenant, planId }, withinMs) {
      const plan = client.workflow.getHandle(batchPlanWorkflowId(tenant, planId));
      try {
        return await client.withDeadline(Date.now() + withinMs, () => plan.result() as Promise<PlannedBatch>);
      } catch (error) {
        const answer = answerTo(error);
        if (answer && 'late' in answer) return 'late';
        if (answer && 'gone' in answer) return undefined;
        if (error instanceof WorkflowFailedError && error.cause instanceof CancelledFailure) return undefined;
        if (error instanceof WorkflowFailedError && error.cause instanceof TimeoutFailure)
          return { refused: 'The source could not be counted in six hours. Is S3 reached? Ask again.' };
        throw error;
      }
    },
  };
}

function unlessStarted(error: unknown): void {
  if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
}

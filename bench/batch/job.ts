import type { Client, WorkflowHandle } from '@temporalio/client';
import { createPorts } from '../../activities/aws/create-ports.js';
import { fieldKeys } from '../../activities/aws/field-keys.js';
import { pseudonymKey } from '../../activities/aws/pseudonym-key.js';
import { defaultPrices } from '../../domain/batch/cost.js';
import type { BatchSpec, Rates } from '../../domain/batch/job.js';
import { newBatchJob } from '../../domain/batch/new-job.js';
import type { BatchInput } from '../../workflows/batch-messages.js';
import { batchWorkflowId } from '../../workflows/ids.js';
import { IDENTITY_QUEUE } from '../../workflows/task-queues.js';
import { type BatchStack, tenant } from './stack.js';
import { userIdTemplate } from './synthetic-source.js';

export function specOf(stack: BatchStack, bucket: string, prefix: string, rates: Rates): BatchSpec {
  const { name, version } = stack.policy;
  return {
    source: { kind: 'prefix', bucket, prefix, userId: userIdTemplate(prefix) },
    onExisting: 'skip',
    precheck: false,
    duplicates: false,
    rates,
    windows: [],
    policy: { name, version },
  };
}

/** Starts a batch job as the API does: its row, then its workflow. */
export async function startJob(stack: BatchStack, jobId: string, spec: BatchSpec): Promise<WorkflowHandle> {
  const ports = createPorts(stack.settings, fieldKeys(), pseudonymKey());
  await ports.batches.create(tenant, newBatchJob(jobId, spec, Date.now()), 'bench');
  ports.destroy();
  const input: BatchInput = { tenant, jobId, spec, policy: stack.policy, prices: defaultPrices };
  return stack.client.workflow.start('batchIndex', {
    workflowId: batchWorkflowId(tenant, jobId),
    taskQueue: IDENTITY_QUEUE,
    args: [input],
    priority: { priorityKey: 5 },
  });
}

/** Events and bytes of every run of a workflow. */
export async function historyOf(
  { client }: BatchStack,
  workflowId: string,
): Promise<{ events: number; bytes: number; runs: number }> {
  const { firstExecutionRunId } = await client.workflow
    .getHandle(workflowId)
    .describe()
    .then(({ raw }) => ({
      firstExecutionRunId: raw.workflowExecutionInfo?.firstRunId ?? '',
    }));
  let [events, bytes, runs] = [0, 0, 0];
  let runId: string | undefined = firstExecutionRunId;
  while (runId) {
    const handle = client.workflow.getHandle(workflowId, runId);
    const { historyLength, historySize = 0 } = await handle.describe();
    events += historyLength;
    bytes += historySize;
    runs++;
    runId = await nextRun(client, workflowId, runId);
  }
  return { events, bytes, runs };
}

async function nextRun(client: Client, workflowId: string, runId: string): Promise<string | undefined> {
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution: { workflowId, runId },
    historyEventFilterType: 2, // the event that closed it
  });
  const attributes = history?.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes;
  return attributes?.newExecutionRunId || undefined;
}

import type { Client } from '@temporalio/client';
import type { ErasureInput } from '../../workflows/erasure.js';
import { erasureIdOf, erasureWorkflowId } from '../../workflows/ids.js';
import { searchAttributes } from '../../workflows/search-attributes.js';
import { IDENTITY_QUEUE } from '../../workflows/task-queues.js';

const START_WITHIN_MS = 5_000;

/** Starts erasures. */
export interface ErasureFlows {
  /** Starts the erasure of a user, or joins the one that runs. @returns its id */
  erase(input: ErasureInput): Promise<string>;
}

export function createErasureFlows(client: Client): ErasureFlows {
  return {
    async erase(input) {
      const { tenant, subject } = input;
      const { firstExecutionRunId } = await client.withDeadline(Date.now() + START_WITHIN_MS, () =>
        client.workflow.start('erasure', {
          workflowId: erasureWorkflowId(tenant, subject),
          taskQueue: IDENTITY_QUEUE,
          args: [input],
          workflowIdConflictPolicy: 'USE_EXISTING',
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
          staticSummary: 'erasure',
          typedSearchAttributes: [
            { key: searchAttributes.flow, value: 'erasure' },
            { key: searchAttributes.status, value: 'processing' },
            { key: searchAttributes.account, value: tenant.account },
            { key: searchAttributes.mode, value: tenant.mode },
          ],
        }),
      );
      return erasureIdOf(firstExecutionRunId);
    },
  };
}

import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { redactionWorkflowId } from '../../workflows/ids.js';
import type { RedactionInput } from '../../workflows/redaction.js';
import { searchAttributes } from '../../workflows/search-attributes.js';
import { IDENTITY_QUEUE } from '../../workflows/task-queues.js';

const START_WITHIN_MS = 5_000;

/** Starts redactions. */
export interface RedactionFlows {
  /** Starts the redaction of an ended session; one that was begun before goes on, or is done. */
  redact(input: RedactionInput): Promise<void>;
}

export function createRedactionFlows(client: Client): RedactionFlows {
  return {
    async redact(input) {
      const { tenant, sessionId } = input;
      try {
        await client.withDeadline(Date.now() + START_WITHIN_MS, () =>
          client.workflow.start('redaction', {
            workflowId: redactionWorkflowId(tenant, sessionId),
            taskQueue: IDENTITY_QUEUE,
            args: [input],
            workflowIdConflictPolicy: 'USE_EXISTING',
            workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
            staticSummary: 'redaction',
            typedSearchAttributes: [
              { key: searchAttributes.flow, value: 'redaction' },
              { key: searchAttributes.account, value: tenant.account },
              { key: searchAttributes.mode, value: tenant.mode },
            ],
          }),
        );
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      }
    },
  };
}

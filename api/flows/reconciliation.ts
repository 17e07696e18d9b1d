import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { ReconciliationReport } from '../../domain/reconcile.js';
import { RECONCILIATION_BY_HAND } from '../../workflows/ids.js';
import type { ReconciliationInput } from '../../workflows/reconciliation.js';
import { IDENTITY_QUEUE } from '../../workflows/task-queues.js';

/**
 * Walks through everything once, on the workers, and waits for what it found.
 * @throws Error when one that was started by hand runs already
 */
export async function reconcileOnce(
  client: Client,
  input: ReconciliationInput,
): Promise<ReconciliationReport> {
  try {
    return await client.workflow.execute('reconciliation', {
      workflowId: RECONCILIATION_BY_HAND,
      taskQueue: IDENTITY_QUEUE,
      args: [input],
      workflowIdConflictPolicy: 'FAIL',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      staticSummary: input.mend ? 'reconciliation' : 'reconciliation, only reporting',
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    throw new Error(
      `One that was started by hand is still running: wait for it, or cancel workflow ${RECONCILIATION_BY_HAND}.`,
      { cause: error },
    );
  }
}

import { isGrpcServiceError } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import type { WorkflowStatus, Workflows } from '../activities/ports/workflows.js';
import { batchWorkflowId, erasureWorkflowId, sessionWorkflowId } from '../workflows/ids.js';

/** Housekeeping does not wait: what it is not told it leaves alone. */
const ANSWER_WITHIN_MS = 3_000;

/** https://grpc.io/docs/guides/status-codes/ */
const NOT_FOUND = 5;
const PERMISSION_DENIED = 7;
/** What kind of NOT_FOUND it is: of a namespace it would be NamespaceNotFoundFailure (temporal/api/errordetails/v1). */
const DETAILS = 'grpc-status-details-bin';
const NO_SUCH_WORKFLOW = 'temporal.api.errordetails.v1.NotFoundFailure';
/** temporal.api.enums.v1.WorkflowExecutionStatus: RUNNING and PAUSED */
const RUNNING: readonly unknown[] = [1, 8];

/** What the Temporal server says of workflows of the namespace. */
export function createWorkflows(
  connection: Pick<NativeConnection, 'workflowService' | 'withDeadline'>,
  namespace: string,
): Workflows {
  const asked = <T>(question: () => Promise<T>) =>
    connection.withDeadline(Date.now() + ANSWER_WITHIN_MS, question);
  async function status(workflowId: string): Promise<WorkflowStatus> {
    try {
      const { workflowExecutionInfo: info } = await asked(() =>
        connection.workflowService.describeWorkflowExecution({ namespace, execution: { workflowId } }),
      );
      return RUNNING.includes(info?.status) ? 'running' : 'ended';
    } catch (error) {
      return isNoSuchWorkflow(error) ? 'ended' : 'unknown';
    }
  }

  return {
    session: (tenant, sessionId) => status(sessionWorkflowId(tenant, sessionId)),
    batch: (tenant, jobId) => status(batchWorkflowId(tenant, jobId)),
    erasure: (tenant, subject) => status(erasureWorkflowId(tenant, subject)),
    async retentionMs() {
      try {
        const { config } = await asked(() => connection.workflowService.describeNamespace({ namespace }));
        const { seconds } = config?.workflowExecutionRetentionTtl ?? {};
        return seconds ? Number(seconds) * 1_000 : undefined;
      } catch (error) {
        if (isGrpcServiceError(error) && error.code === PERMISSION_DENIED) return undefined;
        throw error;
      }
    },
  };
}

/** A namespace that Temporal does not know is not found either, and says nothing of its workflows. */
function isNoSuchWorkflow(error: unknown): boolean {
  if (!isGrpcServiceError(error) || error.code !== NOT_FOUND) return false;
  return error.metadata.get(DETAILS).some((details) => Buffer.from(details).includes(NO_SUCH_WORKFLOW));
}

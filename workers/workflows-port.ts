import { isGrpcServiceError } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import type { WorkflowStatus, Workflows } from '../activities/ports/workflows.js';
import { erasureWorkflowId, sessionWorkflowId } from '../workflows/ids.js';

/** Housekeeping does not wait: what it is not told it leaves alone. */
const ANSWER_WITHIN_MS = 3_000;

/** https://grpc.io/docs/guides/status-codes/ */
const NOT_FOUND = 5;
const PERMISSION_DENIED = 7;
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
      return isGrpcServiceError(error) && error.code === NOT_FOUND ? 'ended' : 'unknown';
    }
  }

  return {
    session: (tenant, sessionId) => status(sessionWorkflowId(tenant, sessionId)),
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

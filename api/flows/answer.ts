import {
  isGrpcServiceError,
  ServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { BatchState } from '../../domain/batch/job.js';
import type { SlowWindow } from '../../domain/batch/rates.js';
import type { SessionState } from '../../domain/session.js';
import { failures } from '../../workflows/failures.js';

/** How a message to a workflow ended. */
export type Answer<State = SessionState> = { state: State } | NoState;

interface WrongStatus {
  status: string;
  allowed: string[];
  /** Of a batch job. */
  phase?: BatchState['phase'];
  canceling?: BatchState['canceling'];
}

/**
 * `late`: it goes on, and the session (or job) will show how it ended. `gone`: the workflow is over, its row says how.
 */
export type NoState =
  | { late: true }
  | { gone: true }
  | { wrongStatus: WrongStatus }
  | { keyReused: true }
  /** Too many captures failed: come back after so many seconds. */
  | { coolDownSeconds: number }
  | { unknownCapture: true }
  /** A batch job has cost more than the ceiling that it is to be resumed with. */
  | { ceilingTooLow: true }
  /** Rate windows of a batch job that would slow an operation down too far. */
  | { rateTooLow: SlowWindow[] }
  /** Something behind the workflow does not answer, and nothing was changed. */
  | { unavailable: true };

/** The answers that are no errors; undefined for one. */
export function answerTo(error: unknown): NoState | undefined {
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return { late: true };
  if (error instanceof WorkflowNotFoundError || error instanceof WorkflowExecutionAlreadyStartedError) {
    return { gone: true };
  }
  if (UNTOLD.includes(grpcCodeOf(error))) return { late: true };
  if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure) {
    const { type, details } = error.cause;
    if (type === failures.idempotencyKeyReused) return { keyReused: true };
    if (type === failures.unknownCapture) return { unknownCapture: true };
    if (type === failures.ceilingTooLow) return { ceilingTooLow: true };
    if (type === failures.rateTooLow) return { rateTooLow: (details?.[0] ?? []) as SlowWindow[] };
    if (unavailable.includes(type)) return { unavailable: true };
    if (type === failures.coolDown) {
      return { coolDownSeconds: (details?.[0] as { seconds?: number } | undefined)?.seconds ?? 60 };
    }
    if (type === failures.wrongStatus) {
      return { wrongStatus: (details?.[0] ?? { status: 'unknown', allowed: [] }) as WrongStatus };
    }
    // The workflow ended while the update was on its way.
    if (type === 'AcceptedUpdateCompletedWorkflow') return { gone: true };
  }
  return undefined;
}

/** What a step of a command gave up on. */
const unavailable: readonly unknown[] = [
  failures.throttled,
  failures.dependencyUnavailable,
  failures.operatorMustAct,
];

/**
 * CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, ABORTED, INTERNAL (https://grpc.io/docs/guides/status-codes/): whether the message
 * arrived is not told, e.g. where a workflow task failed or a worker died while its update waited.
 */
const UNTOLD: readonly (number | undefined)[] = [1, 2, 4, 10, 13];

/** Temporal's client wraps what happened in a ServiceError whose cause has gRPC's code. */
function grpcCodeOf(error: unknown): number | undefined {
  if (isGrpcServiceError(error)) return error.code;
  return error instanceof ServiceError && error.cause !== undefined ? grpcCodeOf(error.cause) : undefined;
}

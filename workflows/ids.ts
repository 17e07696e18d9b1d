import type { Tenant } from '../domain/session.js';

/** `session/<account>/<mode>/<session id>`: one key, whatever the flow, so that one Idempotency-Key is one workflow. */
export function sessionWorkflowId({ account, mode }: Tenant, sessionId: string): string {
  return `session/${account}/${mode}/${sessionId}`;
}

/** `erasure/<account>/<mode>/<subject>`: one at a time for a user, so that who asks again joins the one that runs. */
export function erasureWorkflowId({ account, mode }: Tenant, subject: string): string {
  return `erasure/${account}/${mode}/${subject}`;
}

/** `redaction/<account>/<mode>/<session id>`: once for a session. */
export function redactionWorkflowId({ account, mode }: Tenant, sessionId: string): string {
  return `redaction/${account}/${mode}/${sessionId}`;
}

/** `batch/<account>/<mode>/<job id>`: once for a job, so that one Idempotency-Key is one job. */
export function batchWorkflowId({ account, mode }: Tenant, jobId: string): string {
  return `batch/${account}/${mode}/${jobId}`;
}

/** `batch-plan/<account>/<mode>/<plan id>` */
export function batchPlanWorkflowId({ account, mode }: Tenant, planId: string): string {
  return `batch-plan/${account}/${mode}/${planId}`;
}

/** `duplicate/<account>/<mode>/<job id>/<face>/<face>`: one decision about a pair at a time. */
export function duplicateWorkflowId(
  { account, mode }: Tenant,
  jobId: string,
  { first, second }: { first: string; second: string },
): string {
  return `duplicate/${account}/${mode}/${jobId}/${first}/${second}`;
}

/** The id of an erasure, from the run id of its workflow: whoever starts it, or joins it, knows it. */
export function erasureIdOf(runId: string): string {
  return `er_${runId.replaceAll('-', '')}`;
}

/** The walk that `idv reconcile` starts. */
export const RECONCILIATION_BY_HAND = 'reconciliation/by-hand';
/** Of the walks that the Schedule starts; Temporal appends the time. */
export const RECONCILIATION_SCHEDULED = 'reconciliation/scheduled';
/** The Schedule itself. */
export const RECONCILIATION_SCHEDULE = 'reconciliation';

/** Of the runs that the Schedule of document expiry starts; Temporal appends the time. */
export const DOCUMENT_EXPIRY_SCHEDULED = 'document-expiry/scheduled';
/** The Schedule itself. */
export const DOCUMENT_EXPIRY_SCHEDULE = 'document-expiry';

import type { Tenant } from '../../domain/session.js';

/** `unknown`: Temporal does not answer, or may not be asked. */
export type WorkflowStatus = 'running' | 'ended' | 'unknown';

/** What Temporal knows of workflows. Asked by housekeeping, which must not touch what belongs to a running one. */
export interface Workflows {
  /** Of a session. */
  session(tenant: Tenant, sessionId: string): Promise<WorkflowStatus>;
  batch(tenant: Tenant, jobId: string): Promise<WorkflowStatus>;
  /** Of the erasure of a user. */
  erasure(tenant: Tenant, subject: string): Promise<WorkflowStatus>;
  /** How long a closed workflow is kept, in milliseconds; undefined where Temporal does not say. */
  retentionMs(): Promise<number | undefined>;
}

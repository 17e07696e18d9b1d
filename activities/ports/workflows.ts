/** What Temporal knows of workflows. Asked by housekeeping, which must not touch what belongs to a running one. */
export interface Workflows {
  /** `unknown`: Temporal does not answer, or may not be asked. */
  status(workflowId: string): Promise<'running' | 'ended' | 'unknown'>;
  /** How long a closed workflow is kept, in milliseconds; undefined where Temporal does not say. */
  retentionMs(): Promise<number | undefined>;
}

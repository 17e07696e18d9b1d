import type { Tenant } from '../domain/session.js';

/** `session/<account>/<mode>/<session id>`: one key, whatever the flow, so that one Idempotency-Key is one workflow. */
export function sessionWorkflowId({ account, mode }: Tenant, sessionId: string): string {
  return `session/${account}/${mode}/${sessionId}`;
}

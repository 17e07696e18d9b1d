import type { LivenessPolicy } from '../domain/policy.js';
import type { Tenant } from '../domain/session.js';
import type { Ports } from './ports.js';

/** What became of a capture: a failure is counted, a live person forgiven whatever failed before. */
export async function settleLiveness(
  { livenessFailures }: Ports,
  request: {
    tenant: Tenant;
    sessionId: string;
    subject?: string;
    captureId: string;
    passed: boolean;
    coolDown: LivenessPolicy['coolDown'];
  },
): Promise<void> {
  const { tenant, captureId, passed, coolDown } = request;
  if (passed) await livenessFailures.forget(tenant, request);
  else await livenessFailures.count(tenant, request, captureId, coolDown);
}

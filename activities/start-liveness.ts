import type { LivenessPolicy } from '../domain/policy.js';
import type { Tenant } from '../domain/session.js';
import type { Ports } from './ports.js';

/** Begins a capture, unless so many failed that the person has to wait. */
export async function startLiveness(
  { liveness, livenessFailures }: Ports,
  request: {
    tenant: Tenant;
    sessionId: string;
    subject?: string;
    /** Of the session's captures; a repeat with the same number begins no second one. */
    number: number;
    policy: LivenessPolicy;
  },
): Promise<{ captureId: string } | { coolDownSeconds: number }> {
  const { tenant, sessionId, number, policy } = request;
  const coolDownSeconds = await livenessFailures.coolDown(tenant, request);
  if (coolDownSeconds > 0) return { coolDownSeconds };
  const { challenge, auditImages } = policy;
  return { captureId: await liveness.create({ token: `${sessionId}-${number}`, challenge, auditImages }) };
}

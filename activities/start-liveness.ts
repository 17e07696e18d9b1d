import type { CallFact } from '../domain/facts.js';
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
): Promise<{ captureId: string; facts?: readonly CallFact[] } | { coolDownSeconds: number }> {
  const { tenant, sessionId, number, policy } = request;
  const coolDownSeconds = await livenessFailures.coolDown(tenant, request);
  if (coolDownSeconds > 0) return { coolDownSeconds };
  const { challenge, auditImages } = policy;
  const token = `${sessionId}-${number}`;
  const { captureId, fact } = await liveness.create({ token, challenge, auditImages });
  return { captureId, facts: [fact] };
}

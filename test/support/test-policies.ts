import { loadPolicies } from '../../api/policies.js';
import type { Policy } from '../../domain/policy.js';

/** Those of the repository, and those that only tests need. */
export function testPolicies(): Map<string, Policy> {
  const { policies } = loadPolicies('policies');
  for (const policy of [withSelfie(policies), patient(policies), keeping(policies)])
    policies.set(policy.name, policy);
  return policies;
}

/** Captures come beside a selfie, two failures at most. */
function withSelfie(policies: ReadonlyMap<string, Policy>): Policy {
  const liveness = policies.get('liveness') as Policy;
  const { coolDown } = liveness.liveness;
  const { registration } = liveness.flows;
  return {
    ...liveness,
    name: 'liveness-with-selfie',
    liveness: { ...liveness.liveness, selfie: 'separate', coolDown: { ...coolDown, failures: 2 } },
    flows: {
      ...liveness.flows,
      registration: { ...registration, inputs: { ...registration.inputs, selfie: 'required' } },
    },
  };
}

/** Answers ahead of the search for duplicates, and asks for a human wherever anybody else is found. */
function patient(policies: ReadonlyMap<string, Policy>): Policy {
  const policy = policies.get('default') as Policy;
  const { registration } = policy.flows;
  return {
    ...policy,
    name: 'patient',
    thresholds: { '7': { match: 95, search: 95, duplicate: 100, review: 90 } },
    flows: { ...policy.flows, registration: { ...registration, asynchronous: ['duplicate'] } },
  };
}

/** Keeps every selfie, and begins nothing without consent. */
function keeping(policies: ReadonlyMap<string, Policy>): Policy {
  const policy = policies.get('default') as Policy;
  const { registration } = policy.flows;
  return {
    ...policy,
    name: 'keeping',
    retention: { ...policy.retention, selfie: 'keep' },
    flows: { ...policy.flows, registration: { ...registration, consent: 'required' } },
  };
}

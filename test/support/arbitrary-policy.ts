import fc from 'fast-check';
import { type Gate, type Measure, measures } from '../../domain/gates.js';
import type { AuthenticationPolicy, FlowPolicy, Policy, Thresholds } from '../../domain/policy.js';

const percentage = fc.double({ min: 0, max: 100, noNaN: true });

const gate: fc.Arbitrary<Gate> = fc
  .tuple(
    fc.constantFrom(...(Object.keys(measures) as Measure[])),
    fc.uniqueArray(fc.double({ min: -180, max: 4_000, noNaN: true }), { minLength: 1, maxLength: 2 }),
    fc.boolean(),
  )
  .map(([measure, bounds, lower]) => {
    const [min, max] = bounds.sort((a, b) => a - b) as [number, number?];
    if (max !== undefined) return { measure, min, max };
    return lower ? { measure, min } : { measure, max: min };
  });

const thresholds: fc.Arbitrary<Thresholds> = fc
  .record({ match: percentage, search: percentage, duplicate: percentage, review: percentage })
  .map(({ duplicate, review, ...rest }) => ({
    ...rest,
    duplicate: Math.max(duplicate, review),
    review: Math.min(duplicate, review),
  }));

const version = fc
  .tuple(fc.nat({ max: 12 }), fc.option(fc.nat({ max: 3 }), { nil: undefined }))
  .map(([major, minor]) => (minor === undefined ? `${major}` : `${major}.${minor}`));

const days = (count: number) => fc.integer({ min: 60, max: count * 86_400 });
const inputs = { selfie: 'required', document_front: 'off', document_back: 'off', liveness: 'off' } as const;
const times = {
  attempts: fc.integer({ min: 1, max: 20 }),
  expiresAfterSeconds: days(15),
  asynchronous: fc.constant([]),
  reviewWithinSeconds: days(14),
};

const registration: fc.Arbitrary<FlowPolicy> = fc.oneof(
  fc.record({
    ...times,
    checks: fc.constant(['quality', 'duplicate'] as const),
    inputs: fc.constantFrom('off', 'optional', 'required').map((reference) => ({ ...inputs, reference })),
  }),
  fc.record({
    ...times,
    checks: fc.constant(['quality', 'face_match', 'duplicate'] as const),
    inputs: fc.constant({ ...inputs, reference: 'required' as const }),
  }),
);

const authentication: fc.Arbitrary<AuthenticationPolicy> = fc.record({
  ...times,
  checks: fc.constant(['quality', 'user_match'] as const),
  inputs: fc.constant({ ...inputs, reference: 'off' as const }),
  lockout: fc.record({ attempts: fc.integer({ min: 1, max: 100 }), withinSeconds: days(30) }),
  margin: percentage,
  nearTie: fc.constant('reject' as const),
  speculativeSearch: fc.boolean(),
});

/** Every policy that `idv policy validate` lets through. */
export const arbitraryPolicy: fc.Arbitrary<Policy> = fc.record({
  name: fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,20}$/),
  version: fc.integer({ min: 1, max: 1_000 }),
  gates: fc.array(gate, { minLength: 1, maxLength: 8 }),
  qualityFilter: fc.constantFrom(
    'NONE' as const,
    'AUTO' as const,
    'LOW' as const,
    'MEDIUM' as const,
    'HIGH' as const,
  ),
  thresholds: fc.dictionary(version, thresholds, { minKeys: 1, maxKeys: 4 }),
  flows: fc.record({ registration, authentication }),
});

import fc from 'fast-check';
import { type Gate, type Measure, measures } from '../../domain/gates.js';
import type { AuthenticationPolicy, FlowPolicy, Policy, Retention, Thresholds } from '../../domain/policy.js';

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
  expiresAfterSeconds: days(7),
  asynchronous: fc.constant([]),
  review: fc
    .tuple(days(14), days(14), fc.constantFrom('reject' as const, 'cancel' as const))
    .map(([a, b, otherwise]) => ({
      escalateAfterSeconds: Math.min(a, b),
      withinSeconds: Math.max(a, b),
      otherwise,
    })),
  consent: fc.constantFrom('optional' as const, 'required' as const),
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
  nearTie: fc.constantFrom('reject' as const, 'review' as const),
  speculativeSearch: fc.boolean(),
});

const photoUpdate: fc.Arbitrary<FlowPolicy> = fc.record({
  ...times,
  checks: fc.constant(['quality', 'user_match', 'duplicate'] as const),
  inputs: fc.constant({ ...inputs, reference: 'optional' as const }),
});

const retention: fc.Arbitrary<Retention> = fc.oneof(
  fc.constantFrom('none' as const, 'keep' as const),
  fc.integer({ min: 1, max: 3_650 }).map((days) => ({ days })),
);

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
  document: fc.record({
    reader: fc.constantFrom('detect_text' as const, 'analyze_id' as const),
    types: fc.constant(['passport', 'id_card'] as const),
    compare: fc.subarray(['name', 'birth_date', 'document_number', 'address'] as const),
    reuse: fc.constantFrom('reject' as const, 'review' as const, 'allow' as const),
    expiringWithinDays: fc.integer({ min: 1, max: 365 }),
  }),
  liveness: fc.record({
    confidence: percentage,
    challenge: fc.constantFrom('FaceMovementChallenge' as const, 'FaceMovementAndLightChallenge' as const),
    selfie: fc.constantFrom('reference_image' as const, 'separate' as const),
    auditImages: fc.integer({ min: 0, max: 4 }),
    coolDown: fc.constant({ failures: 5, withinSeconds: 180, seconds: 180 }),
  }),
  retention: fc.record({
    selfie: retention,
    reference: retention,
    document_front: retention,
    document_back: retention,
    liveness: retention,
  }),
  flows: fc.record({ registration, authentication, photo_update: photoUpdate }),
});

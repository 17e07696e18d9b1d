import fc from 'fast-check';
import type { CheckResult, Outcome } from '../../domain/decision.js';
import type { FaceDetail } from '../../domain/face-detail.js';
import type { FaceRecord, FaceState, Rank } from '../../domain/face-record.js';
import type { Policy, Thresholds } from '../../domain/policy.js';
import { type Check, type ReasonCode, reasons } from '../../domain/reasons.js';
import type { SessionState } from '../../domain/session.js';
import type { Shard } from '../../domain/shards.js';
import { statuses } from '../../domain/status.js';

export const ALL_CHECKS: readonly Check[] = [
  'quality',
  'liveness',
  'document',
  'face_match',
  'duplicate',
  'user_match',
];
export const ALL_REASONS = Object.keys(reasons) as ReasonCode[];
export const ALL_STATES: readonly FaceState[] = ['tentative', 'active', 'replaced', 'lost', 'erased'];

/** Names that JavaScript objects have of their own: a rule that looks them up must not find them. */
export const oddName = fc.constantFrom(
  'constructor',
  'toString',
  'hasOwnProperty',
  '__proto__',
  'valueOf',
  '',
);

export const percent = fc.double({ min: 0, max: 100, noNaN: true });
export const base32 = (length: { minLength: number; maxLength: number }) =>
  fc.string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz234567'), ...length });
export const subject = base32({ minLength: 26, maxLength: 26 });
export const faceKey = base32({ minLength: 1, maxLength: 52 });

/** A face that passes every recommended gate with room to spare. */
export function goodFace(changes: Partial<FaceDetail> = {}): FaceDetail {
  return {
    confidence: 99.9,
    width: 400,
    height: 480,
    pose: { yaw: 2, pitch: -3, roll: 1 },
    quality: { brightness: 70, sharpness: 80 },
    eyesOpen: { value: true, confidence: 99 },
    sunglasses: { value: false, confidence: 99 },
    occluded: { value: false, confidence: 99 },
    ...changes,
  };
}

export const checkResult: fc.Arbitrary<CheckResult> = fc.record({
  check: fc.constantFrom(...ALL_CHECKS),
  outcome: fc.constantFrom<Outcome>('passed', 'failed', 'incomplete'),
  reasons: fc.array(fc.constantFrom(...ALL_REASONS), { maxLength: 3 }),
  evidence: fc.constant({}),
});

export const rank: fc.Arbitrary<Rank> = fc.record({
  startedAt: fc.integer({ min: 0, max: 5 }),
  sessionId: fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 3 }),
});

export const faceRecord: fc.Arbitrary<FaceRecord> = fc.record({
  subject,
  faceKey,
  state: fc.constantFrom(...ALL_STATES),
  rank,
  faces: fc.dictionary(
    fc.constantFrom('1', '2', '3'),
    fc.record({
      faceId: fc.constantFrom('f1', 'f2', 'f3', 'f4'),
      collection: fc.constantFrom('c1', 'c2'),
      faceModelVersion: fc.constantFrom('6.0', '7.0'),
    }),
  ),
  image: fc.constant({ bucket: 'photos', key: 'k', sha256: 'ab', width: 1, height: 1 }),
});

/** As a policy has them: what is looked at by a human starts no higher than what is refused. */
export const thresholds: fc.Arbitrary<Thresholds> = fc
  .record({ match: percent, search: percent, duplicate: percent, below: percent })
  .map(({ below, ...rest }) => ({ ...rest, review: Math.min(below, rest.duplicate) }));

export const modelVersion = fc.oneof(
  fc.constantFrom('6', '7', '6.0', '7.0', '7.1', '10.0', 'stateless', ''),
  oddName,
  fc.string({ maxLength: 6 }),
);

export const policyThresholds: fc.Arbitrary<Pick<Policy, 'thresholds'>> = fc.record({
  thresholds: fc.dictionary(modelVersion, thresholds, { minKeys: 1, maxKeys: 5 }),
});

export const labels = fc.dictionary(
  fc.oneof({ arbitrary: fc.constantFrom('country', 'brand'), weight: 4 }, { arbitrary: oddName, weight: 1 }),
  fc.constantFrom('DE', 'FR', 'x'),
  { maxKeys: 2 },
);

export const shards: fc.Arbitrary<Shard[]> = fc.uniqueArray(
  fc.record({
    id: fc.string({ unit: fc.constantFrom(...'abc0123-'), minLength: 1, maxLength: 5 }),
    status: fc.constantFrom<Shard['status']>('active', 'active', 'full', 'draining', 'retired'),
    labels: fc.option(labels, { nil: undefined }),
  }),
  { selector: ({ id }) => id, maxLength: 8 },
);

export const sessionState: fc.Arbitrary<SessionState> = fc.record({
  sessionId: fc.constant('s'),
  flow: fc.constantFrom('registration', 'authentication'),
  status: fc.constantFrom(...statuses),
  revision: fc.nat(),
  policy: fc.constant({ name: 'default', version: 1 }),
  attempts: fc
    .record({ used: fc.nat(5), left: fc.integer({ min: 1, max: 5 }) })
    .map(({ used, left }) => ({ used, max: used + left })),
  inputs: fc.constant(['selfie'] as const),
  missingInputs: fc.constant([]),
  reasons: fc.array(fc.constantFrom(...ALL_REASONS), { maxLength: 2 }),
  checks: fc.array(checkResult, { maxLength: 2 }),
  actions: fc.constant([]),
  unavailable: fc.nat(3),
  createdAt: fc.constant(0),
  updatedAt: fc.constant(0),
  expiresAt: fc.constant(1),
});

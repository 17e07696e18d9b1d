import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { FaceDetail } from '../../domain/face-detail.js';
import { judgeQuality, type Measure, measures, missedGates, recommendedGates } from '../../domain/gates.js';
import type { ReasonCode } from '../../domain/reasons.js';
import { goodFace } from './arbitraries.js';

const attribute = (likelihood: number) =>
  likelihood >= 50 ? { value: true, confidence: likelihood } : { value: false, confidence: 100 - likelihood };

/** A good face of which one measure, in gate units, is `value`. */
const faceWith: Record<Measure, (value: number) => FaceDetail> = {
  yaw: (yaw) => goodFace({ pose: { yaw, pitch: 0, roll: 0 } }),
  pitch: (pitch) => goodFace({ pose: { yaw: 0, pitch, roll: 0 } }),
  sharpness: (sharpness) => goodFace({ quality: { brightness: 60, sharpness } }),
  brightness: (brightness) => goodFace({ quality: { brightness, sharpness: 60 } }),
  faceSize: (size) => goodFace({ width: size, height: 600 }),
  eyesOpen: (likelihood) => goodFace({ eyesOpen: attribute(likelihood) }),
  sunglasses: (likelihood) => goodFace({ sunglasses: attribute(likelihood) }),
  occluded: (likelihood) => goodFace({ occluded: attribute(likelihood) }),
};

interface Edge {
  measure: Measure;
  passes: number;
  misses: number;
  reason: ReasonCode;
}

/** The whitepaper's numbers, and the first value on the other side of each. */
const edges: Edge[] = [
  { measure: 'yaw', passes: -45, misses: -45.01, reason: 'selfie_pose' },
  { measure: 'yaw', passes: 45, misses: 45.01, reason: 'selfie_pose' },
  { measure: 'pitch', passes: -30, misses: -30.01, reason: 'selfie_pose' },
  { measure: 'pitch', passes: 45, misses: 45.01, reason: 'selfie_pose' },
  { measure: 'sharpness', passes: 15.01, misses: 15, reason: 'selfie_blurry' },
  { measure: 'brightness', passes: 15.01, misses: 15, reason: 'selfie_too_dark' },
  { measure: 'faceSize', passes: 50.01, misses: 50, reason: 'selfie_face_too_small' },
  { measure: 'eyesOpen', passes: 50.01, misses: 49.99, reason: 'selfie_eyes_closed' },
  { measure: 'sunglasses', passes: 49.99, misses: 50.01, reason: 'selfie_sunglasses' },
  { measure: 'occluded', passes: 49.99, misses: 50.01, reason: 'selfie_occluded' },
];

describe('the recommended gates', () => {
  for (const { measure, passes, misses, reason } of edges) {
    it(`pass a ${measure} of ${passes} and miss ${misses} as ${reason}, and nothing else`, () => {
      assert.deepEqual(missedGates(faceWith[measure](passes), recommendedGates), []);
      assert.deepEqual(missedGates(faceWith[measure](misses), recommendedGates), [reason]);
    });
  }

  it('are open on the sides the whitepaper does not name', () => {
    for (const measure of ['sharpness', 'brightness', 'eyesOpen'] as const)
      assert.deepEqual(missedGates(faceWith[measure](100), recommendedGates), []);
    for (const measure of ['sunglasses', 'occluded'] as const)
      assert.deepEqual(missedGates(faceWith[measure](0), recommendedGates), []);
  });

  it('cover each measure once, so that an edge above tests each', () => {
    const gated = recommendedGates.map((gate) => gate.measure);
    assert.deepEqual([...gated].sort(), Object.keys(measures).sort());
    assert.deepEqual([...new Set(edges.map((edge) => edge.measure))].sort(), [...gated].sort());
  });

  it('measure the shorter side of a face', () => {
    assert.deepEqual(missedGates(goodFace({ width: 400, height: 30 }), recommendedGates), [
      'selfie_face_too_small',
    ]);
  });

  it('follow Rekognition’s own verdict at every confidence: eyes closed, sunglasses and cover never pass', () => {
    fc.assert(
      fc.property(fc.double({ min: 50, max: 100, noNaN: true }), (confidence) => {
        const [yes, no] = [
          { value: true, confidence },
          { value: false, confidence },
        ];
        assert.deepEqual(missedGates(goodFace({ eyesOpen: no }), recommendedGates), ['selfie_eyes_closed']);
        assert.deepEqual(missedGates(goodFace({ sunglasses: yes }), recommendedGates), ['selfie_sunglasses']);
        assert.deepEqual(missedGates(goodFace({ occluded: yes }), recommendedGates), ['selfie_occluded']);
      }),
      { examples: [[50]] },
    );
  });

  it('miss a measure that is not a number, whichever it is', () => {
    for (const gate of recommendedGates) {
      const face = faceWith[gate.measure](Number.NaN);
      assert.notDeepEqual(missedGates(face, [gate]), [], gate.measure);
    }
    for (const name of ['eyesOpen', 'sunglasses', 'occluded'] as const) {
      for (const value of [true, false]) {
        const face = goodFace({ [name]: { value, confidence: Number.NaN } });
        assert.notDeepEqual(missedGates(face, recommendedGates), [], `${name} ${value}`);
      }
    }
  });
});

const anyFace: fc.Arbitrary<FaceDetail> = fc.record({
  confidence: fc.double(),
  width: fc.double({ min: 0, max: 4_000 }),
  height: fc.double({ min: 0, max: 4_000 }),
  pose: fc.record({ yaw: fc.double(), pitch: fc.double(), roll: fc.double() }),
  quality: fc.record({ brightness: fc.double(), sharpness: fc.double() }),
  eyesOpen: fc.record({ value: fc.boolean(), confidence: fc.double() }),
  sunglasses: fc.record({ value: fc.boolean(), confidence: fc.double() }),
  occluded: fc.record({ value: fc.boolean(), confidence: fc.double() }),
});
const bound = fc.option(fc.double({ min: -100, max: 100, noNaN: true }), { nil: undefined });
const anyGates = fc.array(
  fc
    .record({ measure: fc.constantFrom(...(Object.keys(measures) as Measure[])), min: bound, max: bound })
    .map(({ measure, min, max }) => ({
      measure,
      ...(min === undefined ? {} : { min }),
      ...(max === undefined ? {} : { max }),
    })),
);

describe('missedGates', () => {
  it('misses exactly the values outside the bounds, and bounds are inside', () => {
    fc.assert(
      fc.property(anyFace, anyGates, (face, gates) => {
        for (const gate of gates) {
          const value = measures[gate.measure].of(face);
          const inside = value >= (gate.min ?? -Infinity) && value <= (gate.max ?? Infinity);
          assert.equal(missedGates(face, [gate]).length, inside ? 0 : 1);
        }
      }),
    );
  });

  it('names reasons once each, in the order of the gates', () => {
    fc.assert(
      fc.property(anyFace, anyGates, (face, gates) => {
        const one = gates.flatMap((gate) => missedGates(face, [gate]));
        assert.deepEqual(missedGates(face, gates), [...new Set(one)]);
      }),
    );
    const blurredAndTurned = goodFace({
      pose: { yaw: 90, pitch: 90, roll: 0 },
      quality: { brightness: 60, sharpness: 1 },
    });
    assert.deepEqual(missedGates(blurredAndTurned, recommendedGates), ['selfie_pose', 'selfie_blurry']);
    assert.deepEqual(missedGates(blurredAndTurned, [...recommendedGates].reverse()), [
      'selfie_blurry',
      'selfie_pose',
    ]);
    const dark = goodFace({ quality: { brightness: 8, sharpness: 1 } });
    assert.deepEqual(missedGates(dark, recommendedGates), ['selfie_too_dark', 'selfie_blurry']);
  });
});

describe('judgeQuality', () => {
  it('wants exactly one face, and only then looks at gates', () => {
    const bad = goodFace({ pose: { yaw: 90, pitch: 0, roll: 0 } });
    assert.deepEqual(judgeQuality([], recommendedGates), ['selfie_no_face']);
    assert.deepEqual(judgeQuality([goodFace(), goodFace()], recommendedGates), ['selfie_multiple_faces']);
    assert.deepEqual(judgeQuality([bad, bad, bad], recommendedGates), ['selfie_multiple_faces']);
    assert.deepEqual(judgeQuality([bad], recommendedGates), ['selfie_pose']);
    assert.deepEqual(judgeQuality([goodFace()], recommendedGates), []);
  });
});

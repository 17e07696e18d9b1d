import assert from 'node:assert/strict';
import { ofReference } from '../../domain/of-reference.js';
import { type ReasonCode, reasonOf, reasons } from '../../domain/reasons.js';

const check = (code: ReasonCode) => reasonOf(code).check as 'quality' | 'user_match';
const found = (...codes: ReasonCode[]) =>
  ({
    check: check(codes[0] as ReasonCode),
    outcome: 'failed',
    reasons: codes,
    evidence: { calls: 1 },
  }) as const;

describe('ofReference', () => {
  const told: [found: ReasonCode, told: ReasonCode][] = [
    ['selfie_no_face', 'reference_no_face'],
    ['selfie_multiple_faces', 'reference_multiple_faces'],
    ['selfie_unreadable', 'reference_unreadable'],
    ['selfie_sunglasses', 'reference_low_quality'],
    ['face_not_recognised', 'reference_mismatch'],
    ['ambiguous_match', 'reference_mismatch'],
    ['duplicate_face', 'duplicate_face'],
    ['ambiguous_match_review', 'ambiguous_match_review'],
  ];
  for (const [code, expected] of told) {
    it(`says ${expected} for ${code}`, () => assert.deepEqual(ofReference(found(code)).reasons, [expected]));
  }

  it('has for every reason that asks for a selfie one that asks for the reference, each once', () => {
    const selfies = (Object.keys(reasons) as ReasonCode[]).filter((code) => code.startsWith('selfie_'));
    for (const code of ofReference(found(...selfies)).reasons)
      assert.deepEqual([reasonOf(code).input, reasonOf(code).check], ['reference', 'quality']);
    assert.deepEqual(ofReference(found('selfie_pose', 'selfie_blurry')).reasons, ['reference_low_quality']);
  });

  it('takes a search for the user for a comparison: who it is, the selfie says', () => {
    assert.equal(ofReference(found('face_not_recognised')).check, 'face_match');
    assert.equal(ofReference(found('selfie_pose')).check, 'quality');
  });
});

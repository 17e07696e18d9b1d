import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type CheckResult, decide } from '../../domain/decision.js';
import { type Check, type ReasonCode, reasonOf } from '../../domain/reasons.js';
import { ALL_CHECKS, checkResult } from './arbitraries.js';

const policy = { name: 'default', version: 3 };
const required = fc.subarray([...ALL_CHECKS]);
const results = fc.array(checkResult, { maxLength: 6 });

const passed = (check: Check): CheckResult => ({ check, outcome: 'passed', reasons: [], evidence: {} });
const failed = (check: Check, ...reasons: ReasonCode[]): CheckResult => ({
  check,
  outcome: 'failed',
  reasons,
  evidence: {},
});

describe('a decision', () => {
  it('is verified if and only if every required check is recorded as passed and nothing else happened', () => {
    fc.assert(
      fc.property(required, results, (checks, found) => {
        const everyPassed = checks.every((check) =>
          found.some((result) => result.check === check && result.outcome === 'passed'),
        );
        const nothingElse = found.every((result) => result.outcome === 'passed');
        assert.equal(decide(checks, found, policy).status === 'verified', everyPassed && nothingElse);
      }),
    );
    assert.equal(decide(['quality'], [passed('quality')], policy).status, 'verified');
  });

  it('does not count a check that did not run: a human must look', () => {
    assert.equal(decide(['quality', 'duplicate'], [passed('quality')], policy).status, 'needs_review');
    assert.equal(decide(['quality'], [], policy).status, 'needs_review');
  });

  it('does not let a passed check outvote the same check failed or unfinished', () => {
    for (const outcome of ['failed', 'incomplete'] as const) {
      const found = [passed('duplicate'), { ...passed('duplicate'), outcome }];
      assert.equal(decide(['duplicate'], found, policy).status, 'needs_review');
    }
  });

  it('is never verified after one more check that did not pass', () => {
    fc.assert(
      fc.property(required, results, checkResult, fc.nat(6), (checks, found, extra, at) => {
        fc.pre(extra.outcome !== 'passed');
        const more = found.toSpliced(at, 0, extra);
        assert.notEqual(decide(checks, more, policy).status, 'verified');
      }),
    );
  });

  it('does not depend on the order of checks or of what is required', () => {
    const shuffled = results.chain((found) =>
      fc.tuple(fc.constant(found), fc.shuffledSubarray(found, { minLength: found.length })),
    );
    fc.assert(
      fc.property(required, shuffled, (checks, [found, other]) => {
        const [one, two] = [decide(checks, found, policy), decide([...checks].reverse(), other, policy)];
        assert.equal(one.status, two.status);
        assert.deepEqual([...one.reasons].sort(), [...two.reasons].sort());
      }),
    );
  });

  it('is as grave as its gravest reason: final before retry before review', () => {
    const orders = { final: 'rejected', retry: 'requires_input', review: 'needs_review' } as const;
    fc.assert(
      fc.property(required, results, (checks, found) => {
        const { status, reasons } = decide(checks, found, policy);
        const has = (disposition: string) =>
          reasons.some((code) => reasonOf(code).disposition === disposition);
        const gravest = (['final', 'retry', 'review'] as const).find(has);
        if (gravest) assert.equal(status, orders[gravest]);
        else assert.ok(status === 'verified' || status === 'needs_review');
      }),
    );
  });

  it('names each reason of the checks that did not pass once, and no other', () => {
    const found = [
      failed('quality', 'selfie_pose', 'selfie_blurry'),
      failed('quality', 'selfie_pose'),
      { ...passed('duplicate'), reasons: ['duplicate_face' as const] },
    ];
    assert.deepEqual(decide([], found, policy).reasons, ['selfie_pose', 'selfie_blurry']);
  });

  it('keeps what it was made from: checks, policy, subject', () => {
    const found = [passed('user_match')];
    assert.deepEqual(decide(['user_match'], found, policy, 'somebody'), {
      status: 'verified',
      reasons: [],
      checks: found,
      policy,
      subject: 'somebody',
    });
    assert.ok(!('subject' in decide([], [], policy)));
  });
});

import assert from 'node:assert/strict';
import type { CheckResult } from '../../domain/decision.js';
import { mergeChecks } from '../../domain/merge-checks.js';

const part = (
  outcome: CheckResult['outcome'],
  similarity: number,
  more: Partial<CheckResult> = {},
): CheckResult => ({
  check: 'face_match',
  outcome,
  reasons: [],
  evidence: { similarity, calls: 1, requestIds: [`r${similarity}`], images: ['selfie', `i${similarity}`] },
  ...more,
});

describe('two parts of one check', () => {
  it('pass together, with what both cost and the score of the closer call', () => {
    for (const [first, second] of [
      [part('passed', 99), part('passed', 96)],
      [part('passed', 96), part('passed', 99)],
    ] as const) {
      const { outcome, evidence } = mergeChecks(first, second);
      assert.deepEqual([outcome, evidence.similarity, evidence.calls], ['passed', 96, 2]);
      assert.deepEqual([...(evidence.requestIds ?? [])].sort(), ['r96', 'r99']);
      assert.deepEqual([...(evidence.images ?? [])].sort(), ['i96', 'i99', 'selfie']);
    }
  });

  it('fail with the part that failed, whichever it is, and with its score', () => {
    const failed = part('failed', 12, { reasons: ['face_mismatch'] });
    for (const [first, second] of [
      [failed, part('passed', 99)],
      [part('passed', 99), failed],
    ] as const) {
      const { outcome, reasons, evidence } = mergeChecks(first, second);
      assert.deepEqual([outcome, reasons, evidence.similarity], ['failed', ['face_mismatch'], 12]);
    }
  });

  it('are as bad as the worse of them', () => {
    const worst = (a: CheckResult['outcome'], b: CheckResult['outcome']) =>
      mergeChecks(part(a, 1), part(b, 2)).outcome;
    assert.equal(worst('incomplete', 'failed'), 'failed');
    assert.equal(worst('passed', 'incomplete'), 'incomplete');
    assert.equal(worst('passed_by_reviewer', 'passed'), 'passed_by_reviewer');
  });
});

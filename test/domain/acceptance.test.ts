import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type Acceptance,
  acceptancesOf,
  passAccepted,
  type Suspect,
  suspectsOf,
  withoutSuspects,
} from '../../domain/acceptance.js';
import type { CheckResult } from '../../domain/decision.js';
import { mergeChecks } from '../../domain/merge-checks.js';
import { ALL_REASONS, checkResult, percent } from './arbitraries.js';

const PARDONABLE = ['duplicate_suspected', 'ambiguous_match_review', 'document_reused_review'] as const;
const person = fc.constantFrom('ann', 'ben', 'cid', 'dan');
const suspect: fc.Arbitrary<Suspect> = fc.record(
  { subject: person, similarity: percent, recognised: fc.constant(true as const) },
  { requiredKeys: ['subject'] },
);
const suspects = fc.array(suspect, { maxLength: 4 }).map((found) => suspectsOf(found).suspects ?? []);
const reason = fc.constantFrom(...PARDONABLE);
const asking: fc.Arbitrary<CheckResult> = fc
  .tuple(checkResult, reason, suspects)
  .map(([result, code, found]) => ({
    ...result,
    outcome: 'incomplete',
    reasons: [code],
    suspects: found,
  }));
const isPassed = (result: CheckResult, accepted: readonly Acceptance[]) =>
  passAccepted(result, accepted).outcome === 'passed_by_reviewer';

describe('what a reviewer lets pass', () => {
  it('passes as long as the same is seen again, and names somebody', () => {
    fc.assert(
      fc.property(asking, (result) => {
        assert.equal(isPassed(result, acceptancesOf([result])), result.suspects?.length !== 0);
      }),
    );
  });

  it('does not pass somebody who was not seen, or was seen for another reason', () => {
    fc.assert(
      fc.property(asking, suspect, reason, (result, other, code) => {
        const unseen = { ...other, subject: 'eve' };
        const more = { ...result, suspects: [...(result.suspects ?? []), unseen] };
        const accepted = acceptancesOf([result]);
        assert.ok(!isPassed(more, accepted));
        if (!result.reasons.includes(code)) assert.ok(!isPassed({ ...result, reasons: [code] }, accepted));
      }),
    );
  });

  it('does not pass the same person who is more similar by more than a rounding', () => {
    const seen: Suspect = { subject: 'ann', similarity: 91 };
    const asks = (now: Suspect): CheckResult => ({
      ...{ check: 'duplicate', outcome: 'incomplete', evidence: {} },
      reasons: ['duplicate_suspected'],
      suspects: [now],
    });
    const accepted = acceptancesOf([asks(seen)]);
    const covered = ([similarity]: [number?]) =>
      isPassed(asks({ subject: 'ann', ...(similarity === undefined ? {} : { similarity }) }), accepted);
    for (const similarity of [0, 90, 91, 91.05]) assert.ok(covered([similarity]), String(similarity));
    for (const similarity of [91.2, 96.9, Number.NaN]) assert.ok(!covered([similarity]), String(similarity));
    assert.ok(!covered([]), 'nobody knows how similar');
  });

  it('does not pass another one of a pair as the recognised one', () => {
    const pair = (first: string, second: string): CheckResult => ({
      ...{ check: 'user_match', outcome: 'incomplete', evidence: {} },
      reasons: ['ambiguous_match_review'],
      suspects: [
        { subject: first, similarity: 98, recognised: true },
        { subject: second, similarity: 98 },
      ],
    });
    const accepted = acceptancesOf([pair('ann', 'ben')]);
    assert.ok(isPassed(pair('ann', 'ben'), accepted));
    for (const [first, second] of [
      ['ben', 'ann'],
      ['cid', 'ben'],
      ['ann', 'cid'],
    ] as const)
      assert.ok(!isPassed(pair(first, second), accepted), `${first}/${second}`);
  });

  it('never passes a check that has another reason, whoever was accepted', () => {
    const others = ALL_REASONS.filter((code) => !(PARDONABLE as readonly string[]).includes(code));
    fc.assert(
      fc.property(asking, fc.constantFrom(...others), (result, other) => {
        for (const reasons of [[other], [...result.reasons, other]]) {
          const found = { ...result, reasons };
          assert.ok(!isPassed(found, acceptancesOf([result, found])));
        }
      }),
    );
  });

  it('of two parts of a check passes everybody who was seen in either', () => {
    fc.assert(
      fc.property(asking, suspects, suspects, (result, ofOne, ofOther) => {
        const part = (found: readonly Suspect[]) => ({ ...result, suspects: found });
        const accepted = acceptancesOf([mergeChecks(part(ofOne), part(ofOther))]);
        const plain = (found: readonly Suspect[]) =>
          found.every(({ recognised, similarity }) => !recognised && similarity !== undefined);
        fc.pre(plain(ofOne) && plain(ofOther));
        for (const found of [ofOne, ofOther]) assert.equal(isPassed(part(found), accepted), found.length > 0);
      }),
    );
  });
});

describe('whom a check names', () => {
  it('is each person once, as similar as was found, the most similar first', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ subject: person, similarity: percent })), (found) => {
        const named = suspectsOf(found).suspects ?? [];
        assert.deepEqual(
          named.map(({ subject }) => subject).sort(),
          [...new Set(found.map(({ subject }) => subject))].sort(),
        );
        const scores = named.map(({ similarity = 0 }) => similarity);
        assert.deepEqual(
          scores,
          [...scores].sort((a, b) => b - a),
        );
        for (const { subject, similarity } of found)
          assert.ok((named.find((each) => each.subject === subject)?.similarity ?? -1) >= similarity);
      }),
    );
  });

  it('is no more than ten, and leaves no trace where it is taken out', () => {
    const many = Array.from({ length: 30 }, (_, at) => ({ subject: `s${at}`, similarity: at }));
    const { suspects: named = [] } = suspectsOf(many);
    assert.deepEqual([named.length, named[0]?.subject], [10, 's29']);
    assert.deepEqual(suspectsOf([]), {});
    const check: CheckResult = { check: 'duplicate', outcome: 'passed', reasons: [], evidence: {} };
    assert.deepEqual(withoutSuspects([{ ...check, suspects: named }]), [check]);
  });
});

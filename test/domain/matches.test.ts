import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Match, rankMatches, recognise } from '../../domain/matches.js';

/** Whole numbers, so that ties are as common as they are rare in life. */
const match: fc.Arbitrary<Match> = fc.record(
  {
    subject: fc.constantFrom('ann', 'ben', 'cleo', 'dan'),
    similarity: fc.integer({ min: 88, max: 100 }),
    threshold: fc.constantFrom(90, 91, 95),
  },
  { noNullPrototype: true },
);
const matches = fc.array(match, { maxLength: 8 });
const shuffled = matches.chain((list) =>
  fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
);
const rules = fc.record({
  margin: fc.integer({ min: 0, max: 4 }),
  nearTie: fc.constantFrom<'reject' | 'review'>('reject', 'review'),
});
const claim = fc.option(fc.constantFrom('ann', 'ben', 'nobody'), { nil: undefined });
const headroom = ({ similarity, threshold }: Match) => similarity - threshold;
const at = (subject: string, similarity: number, threshold = 90): Match => ({
  subject,
  similarity,
  threshold,
});
const strict = { margin: 1, nearTie: 'reject' } as const;

describe('rankMatches', () => {
  it('does not depend on the order in which matches were found', () => {
    fc.assert(
      fc.property(shuffled, ([one, two]) => assert.deepEqual(rankMatches(one), rankMatches(two))),
      { numRuns: 1_000 },
    );
  });

  it('counts each person once, by the photo that is furthest above its threshold, best first', () => {
    fc.assert(
      fc.property(matches, (found) => {
        const ranked = rankMatches(found);
        assert.deepEqual(
          ranked.map(({ subject }) => subject).sort(),
          [...new Set(found.map(({ subject }) => subject))].sort(),
        );
        for (const best of ranked) {
          assert.ok(found.includes(best));
          for (const other of found.filter(({ subject }) => subject === best.subject))
            assert.ok(headroom(best) >= headroom(other));
        }
        for (const [i, next] of ranked.slice(1).entries())
          assert.ok(headroom(ranked[i] as Match) >= headroom(next));
      }),
    );
  });

  it('compares faces of two model versions by how far each is above its own threshold', () => {
    const [best] = rankMatches([at('old model', 96, 95), at('new model', 94, 90)]);
    assert.equal(best?.subject, 'new model');
  });
});

describe('recognise', () => {
  it('does not depend on the order in which matches were found', () => {
    fc.assert(
      fc.property(shuffled, rules, claim, ([one, two], policy, claimed) => {
        assert.deepEqual(recognise(one, policy, claimed), recognise(two, policy, claimed));
      }),
      { numRuns: 1_000 },
    );
  });

  it('recognises somebody only above the threshold and by more than the margin before everybody else', () => {
    fc.assert(
      fc.property(matches, rules, claim, (found, policy, claimed) => {
        const { match: own, reasons } = recognise(found, policy, claimed);
        if (reasons.length > 0) return;
        assert.ok(own && found.includes(own));
        assert.ok(headroom(own) >= 0);
        if (claimed !== undefined) assert.equal(own.subject, claimed);
        for (const other of found.filter(({ subject }) => subject !== own.subject))
          assert.ok(headroom(own) - headroom(other) > policy.margin);
      }),
    );
  });

  it('recognises everybody of whom that is true', () => {
    fc.assert(
      fc.property(matches, rules, claim, (found, policy, claimed) => {
        const clear = rankMatches(found).find((own) =>
          found.every(
            (other) => other.subject === own.subject || headroom(own) - headroom(other) > policy.margin,
          ),
        );
        fc.pre(clear !== undefined && headroom(clear) >= 0 && (claimed ?? clear.subject) === clear.subject);
        assert.deepEqual(recognise(found, policy, claimed), { match: clear, reasons: [] });
      }),
    );
  });

  it('takes the threshold itself as reached', () => {
    assert.deepEqual(recognise([at('ann', 90)], strict, 'ann').reasons, []);
    assert.deepEqual(recognise([at('ann', 89.99)], strict, 'ann').reasons, ['face_not_recognised']);
  });

  it('recognises nobody without matches, or a claimed user who is not among them', () => {
    assert.deepEqual(recognise([], strict), { reasons: ['face_not_recognised'] });
    assert.deepEqual(recognise([at('ben', 99)], strict, 'ann'), { reasons: ['face_not_recognised'] });
  });

  it('wants the claimed user to rank first, and says whom it compared', () => {
    const found = [at('ann', 95), at('ben', 99)];
    assert.deepEqual(recognise(found, strict, 'ann'), { match: found[0], reasons: ['face_not_recognised'] });
    assert.deepEqual(recognise(found, strict, 'ben'), { match: found[1], reasons: [] });
    assert.deepEqual(recognise(found, strict), { match: found[1], reasons: [] });
  });

  it('calls it ambiguous when another person is within the margin, on either side', () => {
    for (const [ann, ben] of [
      [98, 97],
      [97, 98],
      [98, 98],
    ] as const) {
      const found = [at('ann', ann), at('ben', ben)];
      assert.deepEqual(recognise(found, strict, 'ann').reasons, ['ambiguous_match']);
      assert.deepEqual(recognise(found, { ...strict, nearTie: 'review' }, 'ann').reasons, [
        'ambiguous_match_review',
      ]);
    }
    assert.deepEqual(recognise([at('ann', 98), at('ben', 96.9)], strict, 'ann').reasons, []);
    // An exact tie is no victory, even without a margin.
    const tie = [at('ann', 98), at('ben', 98)];
    assert.deepEqual(recognise(tie, { ...strict, margin: 0 }, 'ann').reasons, ['ambiguous_match']);
  });

  it('does not take a person’s second photo for another person', () => {
    assert.deepEqual(recognise([at('ann', 98), at('ann', 97.9)], strict, 'ann').reasons, []);
  });

  it('sees a rival of another model version by its own threshold', () => {
    const found = [at('ann', 96, 95), at('ben', 91, 90)];
    assert.deepEqual(recognise(found, strict, 'ann').reasons, ['ambiguous_match']);
  });

  it('recognises nobody by a number that is none', () => {
    for (const claimed of ['ann', undefined]) {
      assert.notDeepEqual(recognise([at('ann', Number.NaN)], strict, claimed).reasons, []);
      assert.notDeepEqual(recognise([at('ann', 99, Number.NaN)], strict, claimed).reasons, []);
      assert.notDeepEqual(recognise([at('ann', 99), at('ben', 99, Number.NaN)], strict, claimed).reasons, []);
    }
  });
});

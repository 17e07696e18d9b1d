import assert from 'node:assert/strict';
import fc from 'fast-check';
import { costOf, defaultPrices, itemsWithin } from '../../../domain/batch/cost.js';

const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-6, `${actual} is not ${expected}`);

describe('costOf', () => {
  it('goes through the volume prices of AWS', () => {
    near(costOf({}, defaultPrices), 0);
    near(costOf({ IndexFaces: 1_000 }, defaultPrices), 1);
    near(costOf({ IndexFaces: 1_000_000 }, defaultPrices), 1_000);
    near(costOf({ IndexFaces: 2_000_000 }, defaultPrices), 1_800);
    near(costOf({ IndexFaces: 40_000_000 }, defaultPrices), 1_000 + 3_200 + 18_000 + 2_000);
    near(costOf({ DetectFaces: 40_000_000 }, defaultPrices), 1_000 + 3_200 + 18_000 + 1_250);
  });

  it('comes to what AWS has as an example', () => {
    // https://aws.amazon.com/rekognition/pricing/, 2.5 million images of group 2 a month: $1,000 and $1,200.
    near(costOf({ DetectFaces: 2_500_000 }, defaultPrices), 2_200);
    // The same page, and the FAQ: $0.00001 a face and month are $0.01 for 1,000.
    near(1_000 * defaultPrices.faceMonth, 0.01);
  });

  it('counts the calls of a group together, and groups apart', () => {
    near(costOf({ IndexFaces: 1_000_000, SearchFaces: 1_000_000 }, defaultPrices), 1_800);
    near(costOf({ IndexFaces: 1_000_000, DetectFaces: 1_000_000 }, defaultPrices), 2_000);
    near(costOf({ DeleteFaces: 1_000_000 }, defaultPrices), 0);
  });

  it('costs the same in parts as in one, and never less with more calls', () => {
    const calls = fc.record({ IndexFaces: fc.nat(9_000_000), SearchFaces: fc.nat(40_000_000) });
    fc.assert(
      fc.property(calls, calls, (first, second) => {
        const both = {
          IndexFaces: first.IndexFaces + second.IndexFaces,
          SearchFaces: first.SearchFaces + second.SearchFaces,
        };
        const all = costOf(both, defaultPrices);
        near(costOf(first, defaultPrices) + costOf(second, defaultPrices, first), all);
        assert.ok(all >= costOf(first, defaultPrices));
      }),
    );
  });

  it('tells how many items a ceiling has room for, beside those under way', () => {
    const state = { calls: { IndexFaces: 500 }, cost: 0.5 };
    const room = (ceiling: number | undefined, underWay: number, ...more: 'DetectFaces'[]) =>
      itemsWithin(ceiling, state, ['IndexFaces', ...more], underWay, defaultPrices);
    assert.equal(room(1, 0), 500);
    assert.equal(room(1, 0, 'DetectFaces'), 250);
    assert.equal(room(1, 0, 'DetectFaces', 'DetectFaces'), 167, 'each as often as it is named');
    assert.equal(room(1, 480), 20);
    assert.equal(room(1, 500), 0);
    assert.equal(room(0.4, 0), 0);
    assert.equal(room(undefined, 0), Number.POSITIVE_INFINITY);
    const free = {
      groups: [{ apis: ['IndexFaces'] as const, tiers: [{ upTo: 600, each: 0 }, { each: 0.001 }] }],
    };
    const begun = { calls: { IndexFaces: 500 }, cost: 0 };
    assert.equal(
      itemsWithin(0.1, begun, ['IndexFaces'], 0, free),
      100,
      'calls that are free now are not all that come',
    );
  });
});

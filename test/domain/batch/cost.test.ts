import assert from 'node:assert/strict';
import fc from 'fast-check';
import { costOf } from '../../../domain/batch/cost.js';

const prices = { IndexFaces: 0.001, SearchFaces: 0.001, SearchFacesByImage: 0.001, DetectFaces: 0.001 };

const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-6, `${actual} is not ${expected}`);

describe('costOf', () => {
  it('goes through the volume prices of AWS', () => {
    near(costOf({}, prices), 0);
    near(costOf({ IndexFaces: 1_000 }, prices), 1);
    near(costOf({ IndexFaces: 1_000_000 }, prices), 1_000);
    near(costOf({ IndexFaces: 2_000_000 }, prices), 1_800);
    near(costOf({ IndexFaces: 40_000_000 }, prices), 1_000 + 3_200 + 18_000 + 2_000);
    near(costOf({ DetectFaces: 40_000_000 }, prices), 1_000 + 3_200 + 18_000 + 1_250);
  });

  it('counts the calls of a group together, and groups apart', () => {
    near(costOf({ IndexFaces: 1_000_000, SearchFaces: 1_000_000 }, prices), 1_800);
    near(costOf({ IndexFaces: 1_000_000, DetectFaces: 1_000_000 }, prices), 2_000);
  });

  it('takes what is configured, and nothing for what has no price', () => {
    near(costOf({ DeleteFaces: 1_000_000 }, prices), 0);
    near(costOf({ IndexFaces: 10, DeleteFaces: 10 }, { IndexFaces: 2, DeleteFaces: 3 }), 50);
    near(costOf({ IndexFaces: 10, SearchFaces: 10 }, { SearchFaces: 1 }), 10);
  });

  it('never falls with more calls, and never takes more than the first price', () => {
    const calls = fc.record({ IndexFaces: fc.nat(9_000_000), SearchFaces: fc.nat(40_000_000) });
    fc.assert(
      fc.property(calls, fc.nat(1_000_000), ({ IndexFaces, SearchFaces }, more) => {
        const cost = costOf({ IndexFaces, SearchFaces }, prices);
        assert.ok(costOf({ IndexFaces: IndexFaces + more, SearchFaces }, prices) >= cost - 1e-6);
        assert.ok(cost <= (IndexFaces + SearchFaces) * 0.001 + 1e-6);
      }),
    );
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { lanesFor } from '../../../domain/batch/lanes.js';

describe('lanesFor', () => {
  it('gives chunks about ten seconds of work, and a lane 50 calls a second at most', () => {
    const of = (rate: number) => {
      const { lanes, chunkItems, rates } = lanesFor({ IndexFaces: rate });
      return [lanes, chunkItems, rates.IndexFaces];
    };
    assert.deepEqual(of(0.5), [1, 65, 0.5]);
    assert.deepEqual(of(5), [2, 65, 2.5]);
    assert.deepEqual(of(50), [2, 250, 25]);
    assert.deepEqual(of(200), [4, 500, 50]);
    assert.deepEqual(of(1_000), [20, 500, 50]);
  });

  it('makes chunks so large that an item leaves a tenth of an event, unless there are few', () => {
    for (const rate of [0.5, 1, 4, 10, 12]) {
      const { chunkItems } = lanesFor({ IndexFaces: rate });
      assert.ok(6 / chunkItems <= 0.1, `${chunkItems} items at ${rate}`);
    }
    assert.equal(lanesFor({ IndexFaces: 4 }, ['IndexFaces'], 60).chunkItems, 30);
  });

  it('has 8 lanes of 500 where nothing that is called for every item is limited', () => {
    const { lanes, chunkItems, rates } = lanesFor({ DeleteFaces: 4 });
    assert.deepEqual([lanes, chunkItems, rates], [8, 500, { DeleteFaces: 0.5 }]);
  });

  it('goes by the slowest of what is called for every item', () => {
    const rates = { DetectFaces: 30, IndexFaces: 200, DeleteFaces: 5 };
    assert.equal(lanesFor(rates, ['DetectFaces', 'IndexFaces']).chunkItems, 150);
    assert.equal(lanesFor(rates).lanes, 4);
  });

  it('rests at a rate of 0', () => {
    assert.equal(lanesFor({ IndexFaces: 0 }).lanes, 0);
  });

  it('never promises more than the rates, and never cuts a few items into many chunks', () => {
    fc.assert(
      fc.property(
        fc.option(fc.double({ min: 0.1, max: 5_000, noNaN: true }), { nil: undefined }),
        fc.option(fc.integer({ min: 1, max: 100_000 }), { nil: undefined }),
        (rate, items) => {
          const given = rate === undefined ? {} : { IndexFaces: rate };
          const { lanes, chunkItems, rates, concurrency } = lanesFor(given, ['IndexFaces'], items);
          assert.ok(Number.isInteger(lanes) && lanes >= 1);
          assert.ok(Number.isInteger(chunkItems) && chunkItems >= 25 && chunkItems <= 500);
          assert.ok(Number.isInteger(concurrency) && concurrency >= 4 && concurrency <= 100);
          if (items !== undefined) assert.ok((lanes - 1) * chunkItems < items);
          if (rate === undefined) return assert.deepEqual(rates, {});
          const each = rates.IndexFaces ?? 0;
          assert.ok(each > 0 && each <= 50.001 && each * lanes <= rate * 1.001);
          if (items === undefined) assert.ok(each * lanes >= rate * 0.999);
        },
      ),
    );
  });
});

import assert from 'node:assert/strict';
import { addResult, deadLetters } from '../../../domain/batch/tally.js';

const before = {
  counts: { indexed: 90, 'dead_letter/throttled': 8, 'dead_letter/unavailable': 2 },
  calls: { IndexFaces: 100 },
  throttled: 5,
  samples: [],
};

describe('the tally of a batch job', () => {
  it('adds what came of a chunk', () => {
    const tally = addResult(
      before,
      {
        items: 3,
        counts: { indexed: 2, 'rejected/no_face': 1 },
        calls: { IndexFaces: 3, DetectFaces: 3 },
        throttled: 1,
      },
      1_000,
    );
    assert.deepEqual(tally, {
      counts: { ...before.counts, indexed: 92, 'rejected/no_face': 1 },
      calls: { IndexFaces: 103, DetectFaces: 3 },
      throttled: 6,
      samples: [{ at: 1_000, items: 3, calls: 7, throttled: 1 }],
    });
  });

  it('takes away what a chunk that is worked on again had been counted as', () => {
    const again = { 'dead_letter/throttled': 8, indexed: 20 };
    const { counts } = addResult(
      before,
      { items: 28, counts: { indexed: 28 }, before: again, calls: {}, throttled: 0 },
      0,
    );
    assert.deepEqual(counts, { indexed: 98, 'dead_letter/unavailable': 2 });
    assert.equal(deadLetters(before.counts), 10);
    assert.equal(deadLetters(counts), 2);
  });

  it('says of a stretch of time what was done in it, and not what was there', () => {
    const searched = { items: 500, worked: 12, counts: {}, calls: { SearchFaces: 12 }, throttled: 0 };
    assert.deepEqual(addResult(before, searched, 7).samples, [{ at: 7, items: 12, calls: 12, throttled: 0 }]);
    assert.equal(deadLetters(before.counts, ['unavailable']), 2);
  });
});

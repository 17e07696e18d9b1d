import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ratesAt } from '../../../domain/batch/rate-windows.js';
import { changedRates, newRates, type RateChange, tooSlow } from '../../../domain/batch/rates.js';

const quotas = { IndexFaces: 50, DetectFaces: 100 };
const noon = Date.parse('2026-03-02T12:00:00Z');

describe('rates of a batch job', () => {
  it('are the quotas but for their headroom, unless they are named', () => {
    assert.deepEqual(newRates({ quotas }).rates, { IndexFaces: 45, DetectFaces: 90 });
    assert.deepEqual(newRates({ quotas, headroom: 0.5 }).rates, { IndexFaces: 25, DetectFaces: 50 });
    const named = newRates({ quotas, headroom: 0, rates: { IndexFaces: 7, DetectFaces: null } });
    assert.deepEqual([named.rates, named.named], [{ IndexFaces: 7 }, ['IndexFaces', 'DetectFaces']]);
  });

  it('that somebody named are left alone by another headroom, also those without a limit', () => {
    const spec = newRates({ quotas, rates: { IndexFaces: 7 } });
    const half = changedRates(spec, { headroom: 0.5 });
    assert.deepEqual([half.rates, half.named], [{ IndexFaces: 7, DetectFaces: 50 }, ['IndexFaces']]);
    const free = changedRates(half, { rates: { DetectFaces: null } });
    assert.deepEqual(changedRates(free, { headroom: 0.2 }).rates, { IndexFaces: 7 });
  });

  it('come to the same in whatever order two changes that name other things arrive', () => {
    const windows = [{ from: '08:00', to: '18:00', share: 0.5 }];
    const changes: RateChange[] = [
      { rates: { IndexFaces: 3 } },
      { rates: { SearchFaces: 9, DetectFaces: null } },
      { windows },
    ];
    const one = changes.reduce(changedRates, newRates({ quotas }));
    fc.assert(
      fc.property(fc.shuffledSubarray(changes, { minLength: 3 }), (order) => {
        assert.deepEqual(order.reduce(changedRates, newRates({ quotas })), one);
      }),
    );
  });

  it('and their shares in windows never go beyond the quota, which is that of the last change', () => {
    const windows = [{ from: '11:00', to: '13:00', share: 4 }];
    const spec = newRates({ quotas, rates: { IndexFaces: 20, SearchFaces: 20 }, windows });
    assert.deepEqual(ratesAt(spec, noon), { IndexFaces: 50, DetectFaces: 100, SearchFaces: 80 });
    const fast = changedRates(spec, { rates: { IndexFaces: 300 }, windows: [], quotas: { IndexFaces: 200 } });
    assert.deepEqual(ratesAt(fast, noon), { IndexFaces: 200, DetectFaces: 90, SearchFaces: 20 });
    assert.equal(fast.rates.IndexFaces, 300, 'what was asked for is still known, should the quota grow');
  });

  it('that are slower in a window than a job can wait for are told with their window', () => {
    const windows = [0, 0.5, 0.001].map((share) => ({ from: '01:00', to: '02:00', share }));
    assert.deepEqual(tooSlow({ rates: { IndexFaces: 45 }, windows }), [
      { window: 2, message: 'must be 0, or leave IndexFaces (45 a second) at least 0.1 a second' },
    ]);
  });
});

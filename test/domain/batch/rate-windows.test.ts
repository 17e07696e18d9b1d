import assert from 'node:assert/strict';
import fc from 'fast-check';
import { nextChange, ratesAt } from '../../../domain/batch/rate-windows.js';

const at = (clock: string, day = '2026-03-02') => Date.parse(`${day}T${clock}Z`);
const rates = { IndexFaces: 100, SearchFaces: 40 };
const day = { from: '08:00', to: '20:00', share: 0.25 };
const night = { from: '22:30', to: '06:00', share: 2 };

describe('ratesAt', () => {
  it('multiplies the rates within a window, from its first minute up to its last', () => {
    const spec = { rates, windows: [day, night] };
    const index = (clock: string) => ratesAt(spec, at(clock)).IndexFaces;
    assert.deepEqual(
      ['07:59:59.999', '08:00', '19:59:59.999', '20:00', '22:30', '23:59', '00:00', '05:59', '06:00'].map(
        (clock) => index(clock),
      ),
      [100, 25, 25, 100, 200, 200, 200, 200, 100],
    );
    assert.deepEqual(ratesAt(spec, at('09:00')), { IndexFaces: 25, SearchFaces: 10 });
  });

  it('rests at a share of 0, also what has no limit', () => {
    const spec = { rates: {}, windows: [{ ...day, share: 0 }] };
    assert.deepEqual(ratesAt(spec, at('07:00')), {});
    assert.equal(ratesAt(spec, at('09:00')).IndexFaces, 0);
    assert.equal(ratesAt(spec, at('09:00')).DeleteFaces, 0);
  });

  it('takes the first of windows that overlap, and a window from a time to the same one for the whole day', () => {
    const spec = {
      rates,
      windows: [
        { from: '12:00', to: '13:00', share: 0 },
        { from: '00:00', to: '00:00', share: 0.5 },
      ],
    };
    assert.equal(ratesAt(spec, at('12:30')).IndexFaces, 0);
    assert.equal(ratesAt(spec, at('13:30')).IndexFaces, 50);
    assert.equal(ratesAt({ rates, windows: [{ ...day, to: '24:00' }] }, at('23:59')).IndexFaces, 25);
  });

  it('says what is wrong with a window', () => {
    for (const from of ['8:00', '24:01', '12:60', 'noon', ''])
      assert.throws(() => ratesAt({ rates, windows: [{ ...day, from }] }, 0), /write HH:MM in UTC/);
    for (const share of [-1, Number.NaN])
      assert.throws(() => ratesAt({ rates, windows: [{ ...day, share }] }, at('09:00')), /0 or above/);
  });
});

describe('nextChange', () => {
  it('says when a window begins or ends, also through midnight', () => {
    const spec = { windows: [day, night] };
    assert.equal(nextChange(spec, at('07:00')), at('08:00'));
    assert.equal(nextChange(spec, at('08:00')), at('20:00'));
    assert.equal(nextChange(spec, at('23:00')), at('06:00', '2026-03-03'));
  });

  it('never, where nothing changes', () => {
    assert.equal(nextChange({ windows: [] }, 0), undefined);
    assert.equal(nextChange({ windows: [{ ...day, share: 1 }] }, 0), undefined);
    assert.equal(nextChange({ windows: [{ from: '00:00', to: '24:00', share: 0 }] }, 0), undefined);
  });

  it('is the first time after which the rates are others', () => {
    const clock = fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
      .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
    const window = fc.record({ from: clock, to: clock, share: fc.constantFrom(0, 0.5, 1, 2) });
    fc.assert(
      fc.property(fc.array(window, { maxLength: 3 }), fc.nat(2_000_000_000), (windows, seconds) => {
        const now = seconds * 1_000;
        const index = (time: number) => ratesAt({ rates, windows }, time).IndexFaces;
        const change = nextChange({ windows }, now);
        const end = change ?? now + 86_400_000;
        for (let minute = 1; minute <= 1_440; minute += 7) {
          const time = now + minute * 60_000;
          if (time < end) assert.equal(index(time), index(now));
        }
        if (change === undefined) return;
        assert.equal(index(change - 1), index(now));
        assert.notEqual(index(change), index(now));
      }),
      { numRuns: 60 },
    );
  });
});

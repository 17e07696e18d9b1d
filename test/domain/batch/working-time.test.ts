import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fullSeconds, secondsFor } from '../../../domain/batch/working-time.js';

const NINE = Date.parse('2026-03-02T09:00:00Z');
const HOUR = 3_600_000;
const night = [
  { from: '08:00', to: '20:00', share: 0 },
  { from: '20:00', to: '22:00', share: 0.5 },
];

const near = (actual: number | undefined, expected: number) =>
  assert.ok(actual !== undefined && Math.abs(actual - expected) < 1e-3, `${actual} is not ${expected}`);

describe('the time that work takes', () => {
  it('is that of full rates where there are no windows', () => {
    near(fullSeconds([], NINE, NINE + HOUR), 3_600);
    near(secondsFor([], NINE, 1_000_000), 1_000_000);
  });

  it('has the rests in it', () => {
    near(fullSeconds(night, NINE, NINE + 14 * HOUR), 2 * 3_600);
    near(secondsFor(night, NINE, 3_600), 13 * 3_600);
    near(secondsFor(night, NINE, 2 * 3_600), 14 * 3_600);
  });

  it('is never over where every hour rests', () => {
    assert.equal(secondsFor([{ from: '00:00', to: '24:00', share: 0 }], NINE, 1), undefined);
  });

  it('is told at once of a year with a window for every hour', () => {
    const hours = Array.from({ length: 24 }, (_, hour) => ({
      from: `${String(hour).padStart(2, '0')}:05`,
      to: `${String(hour).padStart(2, '0')}:50`,
      share: (hour % 3) / 2,
    }));
    const began = performance.now();
    near(fullSeconds(hours, NINE, NINE + 8_784 * HOUR), 8_784 * 0.25 * 3_600 + 8_784 * 0.5 * 2_700);
    near(secondsFor(hours, NINE, 366 * (6 * 3_600 + 12 * 2_700)), 8_784 * 3_600);
    assert.ok(performance.now() - began < 200);
  });

  it('can be asked for either way', () => {
    const clock = fc.integer({ min: 0, max: 23 }).map((hour) => `${String(hour).padStart(2, '0')}:00`);
    const window = fc.record({ from: clock, to: clock, share: fc.constantFrom(0, 0.25, 1, 2) });
    fc.assert(
      fc.property(
        fc.array(window, { maxLength: 2 }),
        fc.integer({ min: 1, max: 1_000_000 }),
        (windows, work) => {
          const seconds = secondsFor(windows, NINE, work);
          if (seconds === undefined) return near(fullSeconds(windows, NINE, NINE + 48 * HOUR), 0);
          near(fullSeconds(windows, NINE, NINE + seconds * 1_000), work);
        },
      ),
      { numRuns: 50 },
    );
  });
});

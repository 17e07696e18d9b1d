import assert from 'node:assert/strict';
import fc from 'fast-check';
import { waitMs } from '../../api/prefer.js';

const FALLBACK = 10_000;

describe('the header Prefer', () => {
  for (const [header, expected] of [
    [undefined, FALLBACK],
    ['', FALLBACK],
    ['wait=5', 5_000],
    ['Wait = "5"', 5_000],
    ['handling=lenient, wait=2; x=y', 2_000],
    ['wait=0', 1],
    ['wait=61', 60_000],
    ['wait=999999999', 60_000],
    ['wait=-1', FALLBACK],
    ['wait=soon', FALLBACK],
    ['await=5', FALLBACK],
    ['x="wait=5"', FALLBACK],
    ['respond-async', 1],
    ['Respond-Async', 1],
    ['respond-asynchronously', FALLBACK],
    ['respond-async, wait=10', 10_000], // RFC 7240, section 4.3
    ['wait=10, respond-async', 10_000],
  ] as const) {
    it(`${header ?? '(absent)'} is a wait of ${expected} ms`, () => {
      assert.equal(waitMs(header, FALLBACK), expected);
    });
  }

  it('never makes anybody wait longer than the longest, nor less than a moment', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), (text, seconds) => {
        for (const header of [text, `wait=${seconds}`, `${text}, wait=${seconds}`]) {
          const ms = waitMs(header, 100, 5_000);
          assert.ok(ms >= 1 && ms <= 5_000 && Number.isInteger(ms));
        }
      }),
    );
  });
});

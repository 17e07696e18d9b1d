import assert from 'node:assert/strict';
import { afterFailure, type Failures } from '../../domain/cool-down.js';

const rule = { failures: 3, withinSeconds: 180, seconds: 600 };

describe('the cool-down after failed captures', () => {
  /** Failures of these captures, each at its second. */
  const failed = (...captures: [captureId: string, at: number][]): Failures | undefined =>
    captures.reduce<Failures | undefined>(
      (before, [id, at]) => afterFailure(before, id, at, rule) ?? before,
      undefined,
    );

  it('begins with the last failure that the policy allows within its window', () => {
    assert.equal(failed(['a', 100], ['b', 279])?.coolUntil, undefined);
    assert.deepEqual(failed(['a', 100], ['b', 200], ['c', 279]), {
      captures: ['a', 'b', 'c'],
      windowEnds: 280,
      coolUntil: 879,
    });
  });

  it('counts in a new window what fails after the old one, or after the cool-down', () => {
    const next = { captures: ['c'], windowEnds: 460 };
    assert.deepEqual(failed(['a', 100], ['b', 200], ['c', 280]), next);
    const over = failed(['a', 0], ['b', 0], ['x', 0]); // until 600
    assert.deepEqual(afterFailure(over, 'c', 600, rule), { captures: ['c'], windowEnds: 780 });
  });

  it('counts each capture once, and is not longer for one that was begun before it', () => {
    assert.equal(afterFailure(failed(['a', 100]), 'a', 110, rule), undefined);
    assert.equal(afterFailure(failed(['a', 0], ['b', 0], ['c', 0]), 'd', 599, rule), undefined);
  });
});

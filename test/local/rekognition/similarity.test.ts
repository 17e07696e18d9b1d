import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cosineOf, dot, normalised, similarityOf } from '../../../local/rekognition/similarity.js';

const cosine = fc.double({ min: -1, max: 1, noNaN: true });

describe('similarity', () => {
  it('lies between 0 and 100 and never falls when the cosine rises', () => {
    fc.assert(
      fc.property(cosine, cosine, (a, b) => {
        const [low, high] = [similarityOf(Math.min(a, b)), similarityOf(Math.max(a, b))];
        return low >= 0 && high <= 100 && low <= high;
      }),
    );
  });

  it('is reached at the cosine of a threshold, and not below it', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 99.9, noNaN: true }), (threshold) => {
        const at = cosineOf(threshold);
        return similarityOf(at + 1e-9) >= threshold && similarityOf(at - 1e-6) < threshold;
      }),
    );
  });

  it('has its marks where the benchmark was measured', () => {
    assert.ok(Math.abs(cosineOf(80) - 0.389) < 1e-3);
    assert.ok(Math.abs(cosineOf(95) - 0.467) < 1e-3);
    assert.ok(Math.abs(cosineOf(99) - 0.55) < 1e-3);
    assert.deepEqual([similarityOf(1), similarityOf(0.9996), cosineOf(0)], [100, 100, -1]);
  });

  it('takes vectors of length one', () => {
    const { unit, norm } = normalised(Float32Array.of(3, 4));
    assert.deepEqual([norm, Math.round(dot(unit, unit) * 1e6) / 1e6], [5, 1]);
    assert.deepEqual([...normalised(new Float32Array(2)).unit], [0, 0]);
  });
});

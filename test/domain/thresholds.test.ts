import assert from 'node:assert/strict';
import fc from 'fast-check';
import { lowestThreshold, thresholdsFor } from '../../domain/thresholds.js';
import { modelVersion, oddName, policyThresholds } from './arbitraries.js';

const seven = { match: 95, search: 95, duplicate: 97, review: 90 };
const sevenOne = { match: 96, search: 94, duplicate: 98, review: 91 };
const six = { match: 92, search: 99, duplicate: 93, review: 92 };
const policy = { thresholds: { '7': seven, '7.1': sevenOne, '6': six } };

describe('thresholdsFor', () => {
  it('takes the exact version before the major one, and says which', () => {
    assert.deepEqual(thresholdsFor(policy, '7.1'), { ...sevenOne, entry: '7.1' });
    assert.deepEqual(thresholdsFor(policy, '7.0'), { ...seven, entry: '7' });
    assert.deepEqual(thresholdsFor(policy, '7.1.2'), { ...seven, entry: '7' });
    assert.deepEqual(thresholdsFor(policy, '7'), { ...seven, entry: '7' });
  });

  it('takes the strictest of every entry for a version nobody configured', () => {
    const strictest = { match: 96, search: 99, duplicate: 93, review: 90, entry: 'strictest' };
    for (const version of ['8.0', '77', '71.0', '', '.', '7,1', ' 7', 'stateless', '-7.0', '__proto__.0'])
      assert.deepEqual(thresholdsFor(policy, version), strictest, JSON.stringify(version));
  });

  it('never finds what every object has', () => {
    fc.assert(
      fc.property(oddName, (name) => {
        assert.equal(thresholdsFor(policy, name).entry, 'strictest');
        assert.equal(thresholdsFor(policy, `${name}.0`).entry, 'strictest');
      }),
    );
  });

  it('finds a version of an odd name that a policy really has', () => {
    const odd = {
      thresholds: JSON.parse(`{"__proto__": ${JSON.stringify(six)}, "7": ${JSON.stringify(seven)}}`),
    };
    assert.deepEqual(thresholdsFor(odd, '__proto__'), { ...six, entry: '__proto__' });
  });

  it('is never laxer as fallback than any entry', () => {
    fc.assert(
      fc.property(policyThresholds, ({ thresholds }) => {
        const fallback = thresholdsFor({ thresholds }, 'no version of any entry');
        assert.equal(fallback.entry, 'strictest');
        for (const entry of Object.values(thresholds)) {
          assert.ok(fallback.match >= entry.match && fallback.search >= entry.search);
          assert.ok(fallback.duplicate <= entry.duplicate && fallback.review <= entry.review);
        }
        assert.ok(fallback.review <= fallback.duplicate);
      }),
    );
  });

  it('lets nobody through under a policy without thresholds', () => {
    const { match, search, duplicate, review } = thresholdsFor({ thresholds: {} }, '7.0');
    assert.ok(!(0 >= match) && !(0 >= search), 'no similarity may pass');
    assert.ok(100 >= duplicate && 100 >= review, 'every face may be a duplicate');
  });
});

describe('lowestThreshold', () => {
  it('asks for nothing higher than any threshold of a search, whatever the model version turns out to be', () => {
    fc.assert(
      fc.property(policyThresholds, modelVersion, (some, version) => {
        const { search, duplicate, review } = thresholdsFor(some, version);
        assert.ok(lowestThreshold(some) <= Math.min(search, duplicate, review));
      }),
    );
  });
});

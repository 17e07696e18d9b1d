import assert from 'node:assert/strict';
import { apiSettings } from '../../api/settings.js';
import { mayName, sourceBuckets } from '../../configuration/source-buckets.js';

const required = {
  IDV_API_KEYS: '[]',
  IDV_PSEUDONYM_KEY: Buffer.alloc(32, 1).toString('base64'),
  IDV_IDEMPOTENCY_SECRET: Buffer.alloc(32, 1).toString('base64'),
};
const list = (IDV_SOURCE_BUCKETS: string) =>
  apiSettings({ ...required, IDV_SOURCE_BUCKETS }).IDV_SOURCE_BUCKETS;

describe('buckets that callers may name', () => {
  it('belong to everybody, to an account, or to a mode of it', () => {
    const listed = sourceBuckets.parse('samples, acme=archive,globex/live=globex-archive,globex=archive');
    const may = (account: string, mode: string) =>
      ['samples', 'archive', 'globex-archive'].filter((bucket) => mayName(listed, { account, mode }, bucket));
    assert.deepEqual(may('acme', 'test'), ['samples', 'archive']);
    assert.deepEqual(may('globex', 'live'), ['samples', 'archive', 'globex-archive']);
    assert.deepEqual(may('globex', 'test'), ['samples', 'archive']);
    assert.deepEqual(may('initech', 'live'), ['samples']);
    assert.deepEqual(may('', 'live'), ['samples']);
    assert.equal(mayName(listed, { account: 'acme', mode: 'test' }, 'acme=archive'), false);
    assert.deepEqual([list(''), list(' ')], [[], []]);
  });

  for (const [wrong, says] of [
    ['acme=', /entry 1 is none: write account=bucket/],
    ['archive,=archive', /entry 2 is none/],
    ['archive,', /entry 2 is none/],
    ['acme/both=archive', /entry 1 is none/],
    ['Acme=archive', /entry 1 is none/],
    ['acme:archive', /entry 1 is none/],
    ['acme=archive=more', /entry 1 is none/],
    ['acme=s3://archive', /entry 1 is none/],
    ['archive,acme=archive', /for every account: remove one/],
    ['acme=idv-photos', /must not list IDV_BUCKET/],
  ] as const) {
    it(`are refused with what to write: ${wrong}`, () => {
      assert.throws(() => list(wrong), { message: new RegExp(`IDV_SOURCE_BUCKETS: .*${says.source}`) });
    });
  }
});

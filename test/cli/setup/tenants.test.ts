import assert from 'node:assert/strict';
import { tenantsOf } from '../../../cli/setup/tenants.js';

describe('the tenants whose collections are made', () => {
  it('are both modes of every account with a key, and of the default one', () => {
    const keys = [
      { sha256: '0'.repeat(64), account: 'acme', mode: 'live' },
      { sha256: '1'.repeat(64), account: 'acme', mode: 'test' },
    ];
    assert.deepEqual(
      tenantsOf({ IDV_API_KEYS: JSON.stringify(keys) }).map(({ account, mode }) => `${account} ${mode}`),
      ['default live', 'default test', 'acme live', 'acme test'],
    );
    assert.deepEqual(
      tenantsOf({ IDV_API_KEYS: JSON.stringify(keys), IDV_ACCOUNTS: 'acme, gone' }).map(
        ({ account }) => account,
      ),
      ['default', 'default', 'acme', 'acme', 'gone', 'gone'],
      'those too whose last key was removed',
    );
    assert.throws(() => tenantsOf({ IDV_ACCOUNTS: 'No Account' }), /IDV_ACCOUNTS\.0: must be/);
    assert.throws(() => tenantsOf({ IDV_API_KEYS: '[{}]' }), /need mending:\n {2}IDV_API_KEYS\.0\.sha256: /);
  });
});

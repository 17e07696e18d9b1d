import assert from 'node:assert/strict';
import { addSearchAttributes } from '../../../local/temporal/search-attributes.js';
import { devEnv, timeSkippingEnv } from '../../support/temporal-env.js';
import { searchAttributes } from '../../support/temporal-settings.js';

describe('the shared test environments', () => {
  it('are each started once', async function () {
    assert.equal(await devEnv(this), await devEnv(this));
    assert.equal(await timeSkippingEnv(this), await timeSkippingEnv(this));
  });

  it('devEnv has the search attributes', async function () {
    const { connection } = await devEnv(this);
    const { customAttributes } = await connection.operatorService.listSearchAttributes({
      namespace: 'default',
    });
    for (const attribute of Object.keys(searchAttributes))
      assert.ok(attribute in customAttributes, attribute);
  });

  it('timeSkippingEnv has the search attributes', async function () {
    const { connection } = await timeSkippingEnv(this);
    // It cannot list them, but it refuses one that it has.
    await assert.rejects(addSearchAttributes(connection, 'default', { Flow: 'Keyword' }), /already exists/i);
  });

  it('timeSkippingEnv passes a day in no time', async function () {
    const env = await timeSkippingEnv(this);
    const before = await env.currentTimeMs();
    await env.sleep('1 day');
    assert.ok((await env.currentTimeMs()) - before >= 86_400_000);
  });
});

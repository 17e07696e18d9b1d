import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { developmentSecrets } from '../../local/development-secrets.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

describe('development secrets', () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => directory.remove());

  it('are made once, kept, and readable by their owner only', () => {
    const first = developmentSecrets(join(directory.path, 'state'));
    assert.deepEqual(developmentSecrets(join(directory.path, 'state')), first);
    assert.equal(statSync(join(directory.path, 'state', 'secrets.json')).mode & 0o777, 0o600);
    assert.notDeepEqual(developmentSecrets(directory.path), first);
  });

  it('have the forms that the service reads', () => {
    const { environment, keys } = developmentSecrets(directory.path);
    const bytes = (text = '') => Buffer.from(text, 'base64').length;
    assert.equal(bytes(environment.IDV_PSEUDONYM_KEY), 32);
    assert.equal(bytes(environment.IDV_IDEMPOTENCY_SECRET), 32);
    for (const ring of [environment.IDV_ENCRYPTION_KEYS, environment.IDV_FIELD_KEYS]) {
      const [id, key] = (ring ?? '').split(':');
      assert.match(id ?? '', /^[\w-]+$/);
      assert.equal(bytes(key), 32);
    }
    const apiKeys = JSON.parse(environment.IDV_API_KEYS ?? '') as { mode: 'test' | 'live'; sha256: string }[];
    assert.deepEqual(
      apiKeys.map(({ mode }) => mode),
      ['test', 'live'],
    );
    for (const { mode, sha256 } of apiKeys) {
      assert.match(keys[mode], new RegExp(`^sk_${mode}_[\\w-]{32}$`));
      assert.equal(sha256, createHash('sha256').update(keys[mode]).digest('hex'));
    }
  });

  it('are never silently replaced when their file is damaged', () => {
    developmentSecrets(directory.path);
    const file = join(directory.path, 'secrets.json');
    for (const damage of ['', '{"pseudonymKey":"x"}']) {
      writeFileSync(file, damage);
      assert.throws(() => developmentSecrets(directory.path), /is damaged\. Restore it/);
      assert.equal(readFileSync(file, 'utf8'), damage);
    }
  });
});

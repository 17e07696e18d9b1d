import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { fieldKeys } from '../../activities/aws/field-keys.js';
import { apiSettings } from '../../api/settings.js';
import { PORTS } from '../../local/ports.js';
import { CLI_VERSION } from '../../local/temporal/dev-server-candidates.js';
import { temporalConfig } from '../../temporal.config.js';
import { requirement } from '../support/requirement.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { root } from './import-graph.js';

const file = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
const example = readFileSync(join(root, '.env.example'), 'utf8');

/** The command that works, as the words to put before its arguments. */
const compose = [['docker', 'compose'], ['docker-compose']].find(
  ([program = '', ...words]) => spawnSync(program, [...words, 'version']).status === 0,
);

describe('docker-compose.yml', () => {
  const stack = temporaryDirectory();
  after(stack.remove);

  it('publishes no port to other machines', () => {
    const published = [...file.matchAll(/^ {6}- "([\d.:]+)"$/gm)].map(([, port]) => port ?? '');
    assert.ok(published.length >= 6);
    for (const port of published) assert.match(port, /^127\.0\.0\.1:(\d+):\1$/);
    const { api, codec, temporal, temporalUi, dynamodb, s3, rekognition } = PORTS;
    assert.deepEqual(
      published.map((port) => Number(port.split(':')[1])).sort(),
      [api, codec, temporal, temporalUi, dynamodb, s3, rekognition].map(({ fallback }) => fallback).sort(),
    );
  });

  it('runs every role, after the setup', () => {
    for (const command of [
      'setup',
      'api',
      'worker, identity',
      'worker, rekognition',
      'worker, index',
      'codec',
    ]) {
      assert.ok(file.includes(`command: [${command}]`), command);
    }
    assert.match(file, /condition: service_completed_successfully/);
  });

  it('runs the Temporal server that `npm start` would', () => {
    assert.ok(file.includes(`image: temporalio/temporal:${CLI_VERSION.slice(1)}\n`));
  });

  it('has secrets made by the command in .env.example', () => {
    const command = /node -e .*/.exec(example)?.[0] ?? '';
    execFileSync('sh', ['-c', command], { cwd: stack.path });
    const text = readFileSync(join(stack.path, '.env'), 'utf8');
    const made = parseEnv(text) as Record<string, string>;
    assert.deepEqual(Object.keys(made).sort(), Object.keys(parseEnv(example)).sort());

    assert.deepEqual(apiSettings(made).IDV_API_KEYS[0]?.mode, 'test');
    assert.equal(temporalConfig(made).encryptionKeys.length, 1);
    assert.equal(fieldKeys(made).length, 1);
    assert.match(text, /^# sk_test_[\w-]{32}$/m, 'the key itself, for its owner to keep');
  });

  // What can be checked without Docker is checked above, so CI need not have it; elsewhere its want is reported.
  if (compose || process.env.IDV_REQUIRE_ALL !== '1') {
    it('is what Docker Compose understands', function () {
      requirement(
        this,
        'Docker Compose',
        compose ? undefined : 'neither `docker compose` nor `docker-compose` works',
      );
      this.timeout(60_000);
      copyFileSync(join(root, 'docker-compose.yml'), join(stack.path, 'docker-compose.yml'));
      copyFileSync(join(root, '.env.example'), join(stack.path, '.env'));
      const [program = '', ...words] = compose ?? [];
      const config = execFileSync(program, [...words, 'config'], { cwd: stack.path, encoding: 'utf8' });
      assert.match(config, /worker-rekognition:/);
    });
  }
});

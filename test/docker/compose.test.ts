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
import { temporaryDirectory } from '../support/temporary-directory.js';
import { readCompose } from './compose-file.js';
import { composeProblems } from './compose-problems.js';
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
    const { api, codec, temporal, temporalUi, dynamodb, s3, rekognition, textract } = PORTS;
    assert.deepEqual(
      published.map((port) => Number(port.split(':')[1])).sort(),
      [api, codec, temporal, temporalUi, dynamodb, s3, rekognition, textract]
        .map(({ fallback }) => fallback)
        .sort(),
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

  it('allows stand-ins to those that judge people, and to nobody else', () => {
    const { services } = readCompose(file) as { services: Record<string, { environment?: object }> };
    const allowed = Object.entries(services).filter(
      ([, { environment = {} }]) => 'IDV_ALLOW_STAND_INS' in environment,
    );
    assert.deepEqual(allowed.map(([name]) => name).sort(), [
      'api',
      'worker-identity',
      'worker-index',
      'worker-rekognition',
    ]);
    for (const [, { environment }] of allowed)
      assert.ok(environment && 'AWS_ENDPOINT_URL_TEXTRACT' in environment, 'beside the rest');
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

  // One test that always runs and says in its name what it asked: nothing is skipped where Docker is not installed.
  it(`is well formed, ${compose ? 'to Docker Compose as well' : 'as far as can be told without Docker Compose'}`, function () {
    this.timeout(60_000);
    assert.deepEqual(composeProblems(file), []);
    if (!compose) return;
    copyFileSync(join(root, 'docker-compose.yml'), join(stack.path, 'docker-compose.yml'));
    copyFileSync(join(root, '.env.example'), join(stack.path, '.env'));
    const [program = '', ...words] = compose;
    const config = execFileSync(program, [...words, 'config'], { cwd: stack.path, encoding: 'utf8' });
    assert.match(config, /worker-rekognition:/);
  });

  const mistakes: [from: string, to: string, says: RegExp][] = [
    ['services:', 'service:', /"service" is nothing that Compose knows/],
    ['    restart: unless-stopped', '    restarts: unless-stopped', /"restarts" is no key of a service/],
    ['    restart: "no"', '    restart: always', /waits for the end of setup/],
    ['    target: twin', '    target: twins', /no stage "twins"/],
    ['      twin:\n        condition', '      twins:\n        condition', /depends on "twins"/],
    ['service_completed_successfully', 'service_completed', /with condition "service_completed"/],
    ['volumes:\n  temporal:\n', 'volumes:\n', /temporal: volume "temporal" is not declared/],
    ['    healthcheck:\n      test', '    x:\n      test', /temporal cannot tell its health/],
    ['    <<: *service', '    <<: *services', /line \d+, "<<: \*services": merges something/],
    ['      - server', '     - server', /line \d+, .* fits nothing above/],
    ['    command: [api]', '    command: [api]\n    command: [codec]', /the key is there twice/],
    ['      - temporal:/home', '      - *temporal:/home', /double quotes/],
  ];
  for (const [from, to, says] of mistakes) {
    it(`would not pass with ${to.trim().split('\n').join(' ')}`, () => {
      assert.ok(file.includes(from), from);
      const problems = () => composeProblems(file.replace(from, to));
      let said: string;
      try {
        said = problems().join('\n');
      } catch (error) {
        said = (error as Error).message;
      }
      assert.match(said, says);
    });
  }
});

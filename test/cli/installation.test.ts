import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { adoptInstallation, announceInstallation, forgetInstallation } from '../../cli/installation.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const PRODUCT = {
  IDV_API_URL: 'http://127.0.0.1:3000',
  IDV_API_KEY: 'sk_test_1',
  AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:4701',
  AWS_ACCESS_KEY_ID: 'idv-local',
  TEMPORAL_ADDRESS: '127.0.0.1:7233',
};

describe('the product that `npm start` runs', () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  let said: string[];
  const say = (line: string) => void said.push(line);
  const file = () => join(directory.path, 'run', 'environment.json');
  const adopted = (environment: NodeJS.ProcessEnv) => {
    const of = { IDV_STATE_DIR: directory.path, ...environment };
    return { foundIn: adoptInstallation(of, say), environment: of };
  };
  beforeEach(() => {
    directory = temporaryDirectory();
    said = [];
  });
  afterEach(() => directory.remove());

  it('is written down for its owner only, without what else the shell holds', () => {
    mkdirSync(join(directory.path, 'run'));
    writeFileSync(`${file()}.new`, '', { mode: 0o644 });
    const shell = {
      TEMPORAL_API_KEY: 'of a real server',
      AWS_SESSION_TOKEN: 'real',
      IDV_FIELD_KEYS: 'f',
      PATH: '/',
    };
    const takeBack = announceInstallation(directory.path, { ...shell, ...PRODUCT });
    assert.deepEqual(JSON.parse(readFileSync(file(), 'utf8')), PRODUCT);
    assert.equal(statSync(file()).mode & 0o777, 0o600);
    takeBack();
    assert.equal(adopted({}).foundIn, undefined);
  });

  it('is what a command works on where nothing else is named, with nothing of the shell that leads elsewhere', () => {
    announceInstallation(directory.path, PRODUCT);
    const shell = {
      AWS_PROFILE: 'prod',
      AWS_SESSION_TOKEN: 'real',
      AWS_REGION: 'eu-west-1',
      IDV_TABLE: 'prod',
    };
    const { foundIn, environment } = adopted({ ...shell, IDV_RECONCILE_GRACE_MINUTES: '5' });
    assert.equal(foundIn, file());
    assert.deepEqual(environment, {
      ...PRODUCT,
      IDV_STATE_DIR: directory.path,
      IDV_RECONCILE_GRACE_MINUTES: '5',
    });
    assert.equal(said.length, 1);
    assert.ok(said[0]?.includes(file()), said[0]);
  });

  it('is left alone by who names another one', () => {
    announceInstallation(directory.path, PRODUCT);
    for (const name of ['IDV_API_URL', 'IDV_API_KEY', 'IDV_ENCRYPTION_KEYS', 'TEMPORAL_PROFILE']) {
      const { foundIn, environment } = adopted({ [name]: 'own', AWS_PROFILE: 'own' });
      assert.equal(foundIn, undefined);
      assert.deepEqual(environment, { IDV_STATE_DIR: directory.path, [name]: 'own', AWS_PROFILE: 'own' });
    }
    assert.deepEqual(said, []);
  });

  it('is forgotten by the next start after one that was killed', () => {
    announceInstallation(directory.path, PRODUCT);
    forgetInstallation(directory.path);
    assert.equal(adopted({}).foundIn, undefined);
  });
});

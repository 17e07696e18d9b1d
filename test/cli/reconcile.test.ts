import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createAwsClients } from '../../activities/aws/clients.js';
import { awsSettings } from '../../activities/aws/settings.js';
import { awsParts } from '../../activities/aws/setup/parts.js';
import { announceInstallation } from '../../cli/installation.js';
import { projectRoot } from '../../cli/project-root.js';
import { reconcile, reportLines } from '../../cli/reconcile.js';
import type { ReconciliationReport } from '../../domain/reconcile.js';
import { base64 } from '../support/caller.js';
import { leftovers } from '../support/leftovers.js';
import { people, photo } from '../support/photos.js';
import { calm, type Service, service } from '../support/service.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const cage = people.cage.map((name) => base64(photo(name)));

/** `idv` as an operator calls it beside `npm start`, whose shell is about something else. */
function beside(stateDir: string, ...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const env = {
    PATH: process.env.PATH,
    NODE_NO_WARNINGS: '1',
    IDV_STATE_DIR: stateDir,
    AWS_PROFILE: 'production',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    IDV_TABLE: 'elsewhere',
  };
  return new Promise((resolve) => {
    const command = ['--import', 'tsx', 'cli/main.ts', ...args];
    execFile(
      process.execPath,
      command,
      { cwd: projectRoot(), env, maxBuffer: 2 ** 26 },
      (_error, stdout, stderr) => resolve({ stdout, stderr }),
    );
  });
}

describe('idv reconcile', function () {
  this.timeout(60_000);
  let idv: Service;
  before(async function () {
    idv = await service(this);
  });
  afterEach(() => calm(idv));

  it('walks through everything on the workers: a dry run changes nothing, then what is broken is mended', async () => {
    const account = await idv.account();
    const { tenant } = account;
    const aws = awsSettings(idv.environment);
    const clients = createAwsClients(aws);
    const defaults = (['test', 'live'] as const).map((mode) => ({ account: 'default', mode }));
    for (const part of awsParts(clients, aws, { tenants: defaults, tlsOnly: false }))
      if (await part.missing()) await part.make();
    const session = { flow: 'registration', user_id: 'cage', selfie: cage[0] };
    await account.test('POST', '/v1/verification-sessions', session);
    const { body: user } = await account.test('GET', '/v1/users/cage');
    const { collection, face_id } = user.faces[0];
    await idv.ports.faces.deleteFaces({ collection, faceIds: [face_id] });

    const sha256 = createHash('sha256').update('key').digest('hex');
    const environment = {
      ...idv.environment,
      IDV_API_KEYS: JSON.stringify([{ sha256, account: tenant.account, mode: tenant.mode }]),
      IDV_RECONCILE_CALLS_PER_SECOND: '10000',
    };
    const run = async (options: object) => {
      const lines: string[] = [];
      const notes: string[] = [];
      const fine = await reconcile({ dryRun: false, last: false, json: true, ...options }, environment, {
        print: (line) => void lines.push(line),
        note: (line) => void notes.push(line),
      });
      return { fine, notes, report: JSON.parse(lines.join('\n')) as ReconciliationReport };
    };
    const ofCage = ({ findings }: ReconciliationReport) =>
      findings
        .filter((finding) => finding.tenant.account === tenant.account)
        .map(({ kind, outcome }) => `${kind} ${outcome}`);

    const before = await leftovers(clients, aws, tenant);
    const dry = await run({ dryRun: true, graceMinutes: 0 });
    assert.deepEqual(dry.notes, [`Accounts: default, ${tenant.account} (live and test)`]);
    // The minute after its answer is not over: the session has ended, so that its workflow owns nothing.
    assert.deepEqual(ofCage(dry.report), ['ghost to_mend']);
    assert.deepEqual(await leftovers(clients, aws, tenant), before);
    // By its own grace an hour has to pass.
    assert.deepEqual(ofCage((await run({})).report), ['ghost young']);
    assert.deepEqual(ofCage((await run({ graceMinutes: 0 })).report), ['ghost mended']);
    const login = { flow: 'authentication', user_id: 'cage', selfie: cage[1] };
    const { body: found } = await account.test('POST', '/v1/verification-sessions', login);
    assert.equal(found.status, 'verified');
    const last = await run({ last: true });
    assert.deepEqual(ofCage(last.report), ['ghost mended']);
    clients.destroy();

    const state = temporaryDirectory();
    announceInstallation(state.path, idv.environment);
    const shown = await beside(state.path, 'reconcile', '--last', '--json');
    state.remove();
    assert.deepEqual(ofCage(JSON.parse(shown.stdout)), ['ghost mended'], shown.stderr);
    assert.match(shown.stderr, /^The product that `npm start` runs here/);
  });

  it('does not take one account for all of them, where it is told of none', async () => {
    const options = { dryRun: true, last: false, json: false };
    const output = { print: () => {}, note: () => {} };
    const { IDV_API_KEYS: _, ...keyless } = idv.environment;
    await assert.rejects(reconcile(options, keyless, output), /IDV_API_KEYS is not set.*IDV_ACCOUNTS/);
  });

  it('prints what it found for people, and for an operator first', () => {
    const tenant = { account: 'acme', mode: 'live' } as const;
    const report: ReconciliationReport = {
      startedAt: 1,
      mend: true,
      examined: { rows: 5, faces: 4, photos: 3 },
      foreignFaces: 2,
      counts: { ghost: { unrecoverable: 1 }, stray_photo: { mended: 12 } },
      findings: [{ kind: 'ghost', outcome: 'unrecoverable', tenant, what: 'face', where: 'collection' }],
      unlisted: 12,
    };
    assert.deepEqual(reportLines(report), [
      'Mended what could be mended: 5 rows, 4 faces, 3 photos',
      '2 faces of others left alone',
      'ghost        unrecoverable  1',
      'stray_photo  mended         12',
      '',
      'ghost  unrecoverable  acme/live  face  collection',
      'and 12 more',
    ]);
  });
});

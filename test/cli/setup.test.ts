import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { Client, type Connection } from '@temporalio/client';
import { reconciliationSettings } from '../../cli/reconciliation-settings.js';
import { documentExpirySchedulePart } from '../../cli/setup/document-expiry-schedule.js';
import { reconciliationSchedulePart } from '../../cli/setup/reconciliation-schedule.js';
import { searchAttributesPart } from '../../cli/setup/search-attributes.js';
import type { Tenant } from '../../domain/session.js';
import { constantTimeEngine } from '../../local/rekognition/engine/constant-time-engine.js';
import { startTwin, type Twin } from '../../local/twin.js';
import { searchAttributes } from '../../workflows/search-attributes.js';
import { eventually } from '../support/eventually.js';
import { devEnv } from '../support/temporal-env.js';

describe('idv setup and Temporal', () => {
  let connection: Connection;
  let address: string;
  before(async function () {
    this.timeout(60_000);
    const env = await devEnv(this);
    connection = env.connection as Connection;
    address = env.address;
  });

  /** Search attributes belong to a namespace, so that a new one has none. */
  async function newNamespace(): Promise<string> {
    const namespace = `setup-${randomBytes(4).toString('hex')}`;
    const { workflowService, operatorService } = connection;
    await workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
    });
    await eventually('the namespace is known', () =>
      operatorService.listSearchAttributes({ namespace }).then(
        () => true,
        () => false,
      ),
    );
    return namespace;
  }

  it('adds the search attributes that a namespace lacks, also when two do so at once', async () => {
    const namespace = await newNamespace();
    const part = searchAttributesPart(connection, namespace);
    assert.equal(await part.missing(), 'lacks Flow, Status, Reason, Check, Escalated, Account, Mode');
    await Promise.all([part.make(), part.make()]);
    assert.equal(await part.missing(), undefined);
    await new Client({ connection, namespace }).workflow.start('any', {
      workflowId: 'any',
      taskQueue: 'nobody',
      typedSearchAttributes: [{ key: searchAttributes.flow, value: 'registration' }],
    });
  });

  it('makes the Schedule of reconciliation, brings it up to date, and leaves it paused where it is', async () => {
    const namespace = await newNamespace();
    await searchAttributesPart(connection, namespace).make();
    const client = new Client({ connection, namespace });
    const part = (environment: Record<string, string>) =>
      reconciliationSchedulePart(client, reconciliationSettings(environment));
    assert.equal(await part({}).missing(), 'is not there');
    await part({}).make();
    assert.equal(await part({}).missing(), undefined);
    const schedule = client.schedule.getHandle('reconciliation');
    await schedule.pause();
    const hourly = part({ IDV_RECONCILE_EVERY_HOURS: '1' });
    assert.equal(await hourly.missing(), 'has another interval');
    await hourly.make();
    const slower = part({ IDV_RECONCILE_EVERY_HOURS: '1', IDV_RECONCILE_CALLS_PER_SECOND: '1' });
    assert.equal(await slower.missing(), 'has other accounts or settings');
    await slower.make();
    assert.equal(await slower.missing(), undefined);
    assert.ok((await schedule.describe()).state.paused);

    const more = { IDV_ACCOUNTS: 'acme,globex' };
    await part(more).make();
    const named = /accounts that neither .* names: globex\. .*--drop-accounts/;
    for (const step of ['missing', 'make'] as const)
      await assert.rejects(part({ IDV_ACCOUNTS: 'acme' })[step](), named);
    assert.equal(await part(more).missing(), undefined, 'it was left as it is');
    await reconciliationSchedulePart(client, reconciliationSettings({}), true).make();
    assert.equal(await part({}).missing(), undefined);
  });

  it('makes the Schedule of document expiry, for the longest time of all policies', async () => {
    const namespace = await newNamespace();
    await searchAttributesPart(connection, namespace).make();
    const client = new Client({ connection, namespace });
    const tenants: Tenant[] = [{ account: 'default', mode: 'live' }];
    const other: Tenant = { account: 'acme', mode: 'live' };
    const part = (...of: Tenant[]) =>
      documentExpirySchedulePart(client, { tenants: of, policies: 'policies' });
    assert.equal(await part(...tenants).missing(), 'is not there');
    await part(...tenants).make();
    assert.equal(await part(...tenants).missing(), undefined);
    assert.equal(await part(...tenants, other).missing(), 'has other accounts or settings');
    await assert.rejects(part().missing(), /names: default\./);
    const { action, policies, spec } = await client.schedule.getHandle('document-expiry').describe();
    assert.deepEqual(action.args, [{ tenants, withinDays: 30 }]);
    assert.deepEqual([policies.overlap, spec.intervals?.[0]?.every], ['SKIP', 86_400_000]);
    const broken = documentExpirySchedulePart(client, { tenants, policies: 'no-such-directory' });
    await assert.rejects(broken.missing(), /The policies cannot be read: no-such-directory/);
  });

  it('refuses a search attribute of another type', async () => {
    const namespace = await newNamespace();
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: { Flow: 3 } });
    await assert.rejects(
      searchAttributesPart(connection, namespace).missing(),
      /Flow is there with another type/,
    );
  });

  it('names the commands to run where Temporal leaves it to administrators', async () => {
    const refused = Object.assign(new Error('7 PERMISSION_DENIED'), { code: 7, details: '', metadata: {} });
    const operatorService = { listSearchAttributes: () => Promise.reject(refused) };
    const part = searchAttributesPart({ operatorService } as unknown as Connection, 'idv.a1b2c');
    await assert.rejects(part.missing(), ({ message }: Error) => {
      assert.match(
        message,
        /tcld namespace search-attributes add --namespace idv\.a1b2c --search-attribute "Flow=Keyword"/,
      );
      assert.match(
        message,
        /temporal operator search-attribute create --namespace idv\.a1b2c --name Flow --type Keyword/,
      );
      return true;
    });
  });

  describe('as a command', () => {
    let twin: Twin;
    before(async () => {
      twin = await startTwin({ rekognition: { engine: constantTimeEngine() } });
    });
    after(() => twin?.close());

    it('fails while something is missing, and makes it', async function () {
      this.timeout(60_000);
      const namespace = await newNamespace();
      const setup = (...args: string[]) => idv({ twin, address, namespace }, 'setup', ...args);

      const checked = await setup('--check');
      assert.equal(checked.code, 1, checked.output);
      assert.match(checked.output, /^missing table idv: does not exist$/m);
      assert.match(checked.output, /^missing search attributes of namespace \S+: lacks Flow/m);

      const made = await setup();
      assert.equal(made.code, 0, made.output);
      assert.match(made.output, /^made {4}collections of default, test$/m);
      assert.match(made.output, /^made {4}search attributes of namespace/m);
    });
  });
});

/** Runs the program to its end. */
function idv(
  { twin, address, namespace }: { twin: Twin; address: string; namespace: string },
  ...args: string[]
): Promise<{ code: number; output: string }> {
  const { AWS_PROFILE: _, AWS_ENDPOINT_URL: __, ...inherited } = process.env;
  const env = {
    ...inherited,
    NODE_NO_WARNINGS: '1',
    AWS_ACCESS_KEY_ID: twin.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: twin.credentials.secretAccessKey,
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_DYNAMODB: twin.endpoints.dynamodb,
    AWS_ENDPOINT_URL_S3: twin.endpoints.s3,
    AWS_ENDPOINT_URL_REKOGNITION: twin.endpoints.rekognition,
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
    IDV_ENCRYPTION_KEYS: `test:${randomBytes(32).toString('base64')}`,
  };
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--import', 'tsx', 'cli/main.ts', ...args],
      { env },
      (_error, stdout, stderr) =>
        resolve({ code: child.exitCode ?? -1, output: `${stdout}${stderr}`.trim() }),
    );
  });
}

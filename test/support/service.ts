import { createHash, randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { type AwsClients, createAwsClients } from '../../activities/aws/clients.js';
import { createPorts } from '../../activities/aws/create-ports.js';
import { fieldKeys } from '../../activities/aws/field-keys.js';
import { pseudonymKey } from '../../activities/aws/pseudonym-key.js';
import { type AwsSettings, awsSettings } from '../../activities/aws/settings.js';
import { awsParts } from '../../activities/aws/setup/parts.js';
import { createBatch } from '../../activities/batch.js';
import { createHousekeeping } from '../../activities/housekeeping.js';
import { createActivities } from '../../activities/index.js';
import type { Ports } from '../../activities/ports.js';
import { createApp } from '../../api/app.js';
import { createFlows } from '../../api/flows.js';
import { apiSettings } from '../../api/settings.js';
import type { Mode, Tenant } from '../../domain/session.js';
import { startTwin, type Twin } from '../../local/twin.js';
import { temporalConfig } from '../../temporal.config.js';
import { createWorker } from '../../workers/create-worker.js';
import { createWorkflows } from '../../workers/workflows-port.js';
import { type Caller, createCaller } from './caller.js';
import { leavesNothingPersonal } from './leaves-nothing-personal.js';
import { onTeardown } from './teardown.js';
import { devEnv } from './temporal-env.js';
import { testPolicies } from './test-policies.js';
import { workflowBundle } from './workflow-bundle.js';

/** The whole service in this process, over the twin and a real Temporal server. */
export interface Service {
  url: string;
  twin: Twin;
  ports: Ports;
  client: Client;
  /** What a process of the service would find in its environment. */
  environment: Record<string, string>;
  /** An account nobody else uses: no users, empty collections, keys of its own. */
  account(): Promise<Account>;
}

export interface Account {
  tenant: Tenant;
  /** API key of the mode `test`. */
  key: string;
  /** Calls the API with the key of the mode `test`, or `live`. */
  test: Caller;
  live: Caller;
}

/** How many accounts one run can hand out: the API knows its keys when it starts. */
const ACCOUNTS = 300;

/** Requests to the twin that are kept to be searched when the run ends. */
const LOG_LIMIT = 200_000;

let shared: Promise<Service> | undefined;

/** The service that the whole run shares, started when first asked for. `calm` it after you disturbed it. */
export async function service(context: Mocha.Context): Promise<Service> {
  const { address } = await devEnv(context);
  shared ??= start(address);
  return shared;
}

/** Ends every disturbance; the request log stays, for `leavesNothingPersonal`. */
export function calm({ twin }: Service): void {
  twin.faults.clearRules();
  twin.faults.replace({ logLimit: LOG_LIMIT });
}

async function start(address: string): Promise<Service> {
  const twin = await startTwin();
  onTeardown(() => twin.close());
  twin.faults.update({ logLimit: LOG_LIMIT });
  const environment = serviceEnvironment(twin, address);
  // The SDK reads endpoints and credentials itself, from the process's environment.
  Object.assign(process.env, awsEnvironment(twin));

  const aws = awsSettings(environment);
  const clients = createAwsClients(aws);
  const ports = createPorts(aws, fieldKeys(environment), pseudonymKey(environment));
  onTeardown(async () => {
    clients.destroy();
    ports.destroy();
  });
  await makeParts(clients, aws, []);

  const client = await startWorkersAndClient(environment, ports);
  onTeardown(() => leavesNothingPersonal(twin, client));
  const policies = testPolicies();
  const settings = apiSettings(environment);
  const server = createApp({ settings, flows: createFlows(client), ports, policies }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTeardown(() => new Promise((resolve) => server.close(resolve)));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  let taken = 0;
  return {
    url,
    twin,
    ports,
    client,
    environment,
    async account() {
      const number = taken++;
      const tenants: Tenant[] = [
        { account: `a${number}`, mode: 'test' },
        { account: `a${number}`, mode: 'live' },
      ];
      await makeParts(clients, aws, tenants);
      return {
        tenant: tenants[0] as Tenant,
        key: keyOf(number, 'test'),
        test: createCaller(url, keyOf(number, 'test')),
        live: createCaller(url, keyOf(number, 'live')),
      };
    },
  };
}

async function makeParts(
  clients: AwsClients,
  settings: AwsSettings,
  tenants: readonly Tenant[],
): Promise<void> {
  for (const part of awsParts(clients, settings, { tenants, tlsOnly: false })) {
    if (await part.missing()) await part.make();
  }
}

async function startWorkersAndClient(environment: Record<string, string>, ports: Ports): Promise<Client> {
  const config = temporalConfig(environment);
  const connection = await NativeConnection.connect(config.connection);
  const parts = {
    config,
    connection,
    activities: {
      ...createActivities(ports),
      ...createHousekeeping(ports, createWorkflows(connection, config.namespace)),
      ...createBatch(ports),
    },
    workflowBundle: await workflowBundle(),
  };
  const workers = await Promise.all(Object.values(config.roles).map((role) => createWorker(role, parts)));
  const running = Promise.all(workers.map((worker) => worker.run()));
  onTeardown(async () => {
    for (const worker of workers) worker.shutdown();
    await running;
    await connection.close();
  });
  const clientConnection = await Connection.connect(config.connection);
  onTeardown(() => clientConnection.close());
  const { namespace, dataConverter } = config;
  return new Client({ connection: clientConnection, namespace, dataConverter });
}

export function awsEnvironment({ endpoints, credentials }: Pick<Twin, 'endpoints' | 'credentials'>) {
  return {
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_S3: endpoints.s3,
    AWS_ENDPOINT_URL_REKOGNITION: endpoints.rekognition,
    AWS_ENDPOINT_URL_TEXTRACT: endpoints.textract,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    IDV_ALLOW_STAND_INS: 'true',
  };
}

const keyOf = (account: number, mode: Mode) => `sk_${mode}_account${account}`;

function serviceEnvironment(twin: Twin, address: string): Record<string, string> {
  const secret = () => randomBytes(32).toString('base64');
  const keys = Array.from({ length: ACCOUNTS }, (_, account) =>
    (['test', 'live'] as const).map((mode) => ({
      sha256: createHash('sha256').update(keyOf(account, mode)).digest('hex'),
      account: `a${account}`,
      mode,
    })),
  );
  return {
    ...awsEnvironment(twin),
    TEMPORAL_ADDRESS: address,
    IDV_PSEUDONYM_KEY: secret(),
    IDV_IDEMPOTENCY_SECRET: secret(),
    IDV_FIELD_KEYS: `f1:${secret()}`,
    IDV_ENCRYPTION_KEYS: `e1:${secret()}`,
    IDV_SOURCE_BUCKETS: [
      'partner-photos',
      ...keys.map((_, account) => `a${account}/test=of-a${account}`),
    ].join(','),
    IDV_API_KEYS: JSON.stringify(keys.flat()),
  };
}

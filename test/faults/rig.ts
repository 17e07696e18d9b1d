import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateCollectionCommand, RekognitionClient } from '@aws-sdk/client-rekognition';
import { S3Client } from '@aws-sdk/client-s3';
import { TextractClient } from '@aws-sdk/client-textract';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import type { AwsClients } from '../../activities/aws/clients.js';
import { createSeal, type Seal } from '../../activities/aws/dynamodb/seal.js';
import { fieldKeys } from '../../activities/aws/field-keys.js';
import { type AwsSettings, awsSettings } from '../../activities/aws/settings.js';
import { awsParts } from '../../activities/aws/setup/parts.js';
import { createShardMap } from '../../activities/aws/shard-map.js';
import { createIdentities, type Identities } from '../../api/identities.js';
import { loadPolicies } from '../../api/policies.js';
import type { Policy } from '../../domain/policy.js';
import type { Tenant } from '../../domain/session.js';
import { developmentSecrets } from '../../local/development-secrets.js';
import { spawnGuarded, stopProcess } from '../../local/guarded-process.js';
import { freePort } from '../../local/tcp.js';
import { startDevServer } from '../../local/temporal/dev-server.js';
import { constantTimeTextEngine } from '../../local/text/constant-time-text.js';
import { startTwin, type Twin } from '../../local/twin.js';
import { temporalConfig } from '../../temporal.config.js';
import { bundleOptions } from '../../workers/bundle-options.js';
import { searchAttributeTypes } from '../../workflows/search-attributes.js';
import { accounts } from './accounts.js';
import { blockFaces } from './block-faces.js';
import { startWorkerProcess, type WorkerProcess } from './worker-process.js';

/** The service as it is in production, over the twin: API and worker are processes, the twin is in this one. */
export interface Rig {
  /** Of the API. */
  url: string;
  twin: Twin;
  worker: WorkerProcess;
  temporal: Client;
  /** The stores as they are, read by the SDK. */
  aws: Omit<AwsClients, 'destroy'>;
  settings: AwsSettings;
  identities: Identities;
  /** Opens where batch jobs found photos. */
  seal: Seal;
  policies: ReadonlyMap<string, Policy>;
  /** An account nobody used yet, with its collections. */
  newAccount(): Promise<{ tenant: Tenant; collections: string[] }>;
  close(): Promise<void>;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const HURRY = fileURLToPath(new URL('./hurry.ts', import.meta.url));

/**
 * Starts everything on free ports and temporary directories.
 * @param options.temporal the Temporal CLI
 * @param options.accounts how many runs there can be
 */
export async function startRig(options: { temporal: string; accounts: number }): Promise<Rig> {
  const closing: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const step of closing.splice(0).reverse()) await step();
  };
  try {
    const directory = await mkdtemp(join(tmpdir(), 'idv-faults-'));
    closing.push(() => rm(directory, { recursive: true, force: true }));
    const bundle = join(directory, 'workflows.js');
    const [server, twin, apiPort] = await Promise.all([
      startDevServer({
        program: options.temporal,
        port: 0,
        namespace: 'default',
        searchAttributes: searchAttributeTypes,
        log: () => {},
      }),
      startTwin({ rekognition: { engine: blockFaces() }, text: constantTimeTextEngine() }),
      freePort(),
      bundleInto(bundle),
    ]);
    closing.push(server.close, twin.close);
    const { environment: secrets } = developmentSecrets(directory);
    const environment: NodeJS.ProcessEnv = {
      ...process.env,
      ...secrets,
      ...endpointsOf(twin),
      TEMPORAL_ADDRESS: server.address,
      IDV_API_PORT: String(apiPort),
      IDV_ANSWER_WITHIN_MS: '20000',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      LOG_LEVEL: process.env.FAULTS_LOG_LEVEL ?? 'silent',
    };
    const settings = awsSettings(environment);
    const aws = clientsOf(twin);
    closing.push(async () => {
      for (const client of Object.values(aws)) client.destroy();
    });
    for (const part of awsParts(aws, settings, { tenants: [], tlsOnly: false })) {
      if (await part.missing()) await part.make();
    }

    const [worker, api, temporal] = await Promise.all([
      startWorkerProcess(bundle, environment),
      startApi(environment, options.accounts),
      connect(environment),
    ]);
    closing.push(
      worker.close,
      () => stopProcess(api),
      () => temporal.connection.close(),
    );

    const shardMap = createShardMap(settings.IDV_SHARDS, settings.IDV_COLLECTION_PREFIX);
    const unused = accounts(options.accounts);
    return {
      url: `http://127.0.0.1:${apiPort}`,
      ...{ twin, worker, temporal, aws, settings, close },
      seal: createSeal(fieldKeys(environment)),
      identities: createIdentities({
        pseudonym: Buffer.from(secrets.IDV_PSEUDONYM_KEY ?? '', 'base64'),
        idempotency: Buffer.from(secrets.IDV_IDEMPOTENCY_SECRET ?? '', 'base64'),
      }),
      policies: loadPolicies(join(ROOT, 'policies')).policies,
      async newAccount() {
        const account = unused.shift();
        if (!account) throw new Error('More runs than accounts: raise `accounts` where the rig is started.');
        const tenant: Tenant = { account, mode: 'test' };
        const collections = settings.IDV_SHARDS.map((shard) => shardMap.collection(tenant, shard, '1'));
        const create = (CollectionId: string) =>
          aws.rekognition.send(new CreateCollectionCommand({ CollectionId }));
        await Promise.all(collections.map(create));
        return { tenant, collections };
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function bundleInto(path: string): Promise<void> {
  const { code } = await bundleWorkflowCode({
    ...bundleOptions,
    workflowInterceptorModules: [HURRY],
    logger: new DefaultLogger('WARN'),
  });
  await writeFile(path, code);
}

async function connect(environment: NodeJS.ProcessEnv): Promise<Client> {
  const { connection: options, namespace, dataConverter } = temporalConfig(environment);
  return new Client({ connection: await Connection.connect(options), namespace, dataConverter });
}

function startApi(environment: NodeJS.ProcessEnv, count: number): Promise<ChildProcess> {
  const program = join(ROOT, 'test/faults/api.ts');
  const child = spawnGuarded(process.execPath, ['--import', 'tsx', program, String(count)], {
    cwd: ROOT,
    env: environment,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    child.once('message', () => resolve(child));
    child.once('exit', (code, signal) => reject(new Error(`The API of the sweep ended: ${signal ?? code}.`)));
  });
}

function endpointsOf({ endpoints, credentials }: Twin) {
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

function clientsOf({ endpoints, credentials }: Twin): Rig['aws'] {
  const common = { region: 'us-east-1', credentials };
  return {
    dynamodb: new DynamoDBClient({ ...common, endpoint: endpoints.dynamodb }),
    rekognition: new RekognitionClient({ ...common, endpoint: endpoints.rekognition }),
    textract: new TextractClient({ ...common, endpoint: endpoints.textract }),
    s3: new S3Client({ ...common, endpoint: endpoints.s3, forcePathStyle: true }),
  };
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { RekognitionClient } from '@aws-sdk/client-rekognition';
import { S3Client } from '@aws-sdk/client-s3';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { type AwsSettings, awsSettings } from '../../activities/aws/settings.js';
import { awsParts } from '../../activities/aws/setup/parts.js';
import { loadPolicies } from '../../api/policies.js';
import type { Policy } from '../../domain/policy.js';
import type { Tenant } from '../../domain/session.js';
import { developmentSecrets } from '../../local/development-secrets.js';
import { freePort } from '../../local/tcp.js';
import { type DevServer, startDevServer } from '../../local/temporal/dev-server.js';
import { findDevServer } from '../../local/temporal/find-dev-server.js';
import { FAILURE_CONVERTER_PATH, temporalConfig } from '../../temporal.config.js';
import { bundleOptions } from '../../workers/bundle-options.js';
import { searchAttributeTypes } from '../../workflows/search-attributes.js';
import { type Child, startChild } from './child.js';
import type { SyntheticSource } from './synthetic-source.js';

/** Flags of a worker in its image (docker/idv). */
const AS_DEPLOYED = ['--max-semi-space-size=64'];

export const tenant: Tenant = { account: 'default', mode: 'test' };

/** Temporal and the twin over a synthetic source, each a process of its own, on which workers can be started. */
export interface BatchStack {
  client: Client;
  twin: Child;
  settings: AwsSettings;
  policy: Policy;
  aws: { dynamodb: DynamoDBClient; rekognition: RekognitionClient; s3: S3Client };
  environment: NodeJS.ProcessEnv;
  temporalPid(): number;
  /** SIGKILL, and another server on the same file and port. */
  replaceTemporal(): Promise<void>;
  startWorker(role: string, perSecond?: number): Promise<Child>;
  /** Asks the twin's control port. */
  control(method: 'PATCH' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<void>;
  close(): Promise<void>;
}

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export async function startBatchStack(source: SyntheticSource): Promise<BatchStack> {
  const found = await findDevServer({ env: process.env, log: (line) => console.error(line) });
  if (found.kind !== 'program')
    throw new Error('Benchmarks start a Temporal server of their own: unset TEMPORAL_ADDRESS.');
  const closing: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const step of closing.splice(0).reverse()) await step();
  };
  try {
    const directory = await mkdtemp(join(tmpdir(), 'idv-batch-'));
    closing.push(() => rm(directory, { recursive: true, force: true }));
    const environment = await environmentOf(directory);
    Object.assign(process.env, environment); // of the SDK and of our own code in this process
    const startTemporal = () =>
      startDevServer({
        program: found.path,
        dbFile: join(directory, 'temporal.db'),
        port: Number(environment.TEMPORAL_ADDRESS?.split(':')[1]),
        namespace: 'default',
        searchAttributes: searchAttributeTypes,
        log: () => {},
      });
    let temporal: DevServer = await startTemporal();
    closing.push(() => temporal.close());
    const [twin] = await Promise.all([
      startChild('twin', 'bench/batch/twin.ts', [JSON.stringify(source)], environment),
      bundle(bundleOptions.workflowsPath, join(directory, 'workflows.js')),
      bundle(file('../workflows/naive-batch.ts'), join(directory, 'naive.js')),
    ]);
    closing.push(twin.close);
    const settings = awsSettings(environment);
    const aws = {
      dynamodb: new DynamoDBClient({}),
      rekognition: new RekognitionClient({}),
      s3: new S3Client({ forcePathStyle: true }),
    };
    closing.push(async () => {
      for (const client of Object.values(aws)) client.destroy();
    });
    for (const part of awsParts(aws, settings, { tenants: [tenant], tlsOnly: false }))
      if (await part.missing()) await part.make();
    const config = temporalConfig(environment);
    const connection = await Connection.connect(config.connection);
    closing.push(() => connection.close());
    const policy = loadPolicies(file('../../policies')).policies.get('default');
    if (!policy) throw new Error('There is no policy "default".');
    const workers = new Set<Child>();
    closing.push(() => Promise.all([...workers].map((worker) => worker.close())));
    return {
      client: new Client({ connection, namespace: config.namespace, dataConverter: config.dataConverter }),
      ...{ twin, settings, policy, aws, environment, close },
      temporalPid: () => temporal.pid,
      async replaceTemporal() {
        process.kill(temporal.pid, 'SIGKILL');
        await temporal.ended;
        temporal = await startTemporal();
      },
      async startWorker(role, perSecond) {
        const path = join(directory, role.startsWith('naive') ? 'naive.js' : 'workflows.js');
        const args = [role, path, ...(perSecond === undefined ? [] : [String(perSecond)])];
        const worker = await startChild(role, 'bench/batch/worker.ts', args, environment, AS_DEPLOYED);
        workers.add(worker);
        return worker;
      },
      async control(method, path, body) {
        const response = await fetch(`http://127.0.0.1:${environment.IDV_TWIN_CONTROL_PORT}${path}`, {
          method,
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        if (!response.ok) throw new Error(`The twin's control port answered ${await response.text()}`);
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function environmentOf(directory: string): Promise<NodeJS.ProcessEnv> {
  const names = ['DYNAMODB', 'S3', 'REKOGNITION', 'TEXTRACT', 'TWIN_CONTROL'];
  const [temporal, ...ports] = await Promise.all(Array.from({ length: 6 }, () => freePort()));
  return {
    ...process.env,
    ...developmentSecrets(directory).environment,
    ...Object.fromEntries(names.map((name, at) => [`IDV_${name}_PORT`, String(ports[at])])),
    ...Object.fromEntries(
      names.slice(0, 4).map((name, at) => [`AWS_ENDPOINT_URL_${name}`, `http://127.0.0.1:${ports[at]}`]),
    ),
    TEMPORAL_ADDRESS: `127.0.0.1:${temporal}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'idv-local',
    AWS_SECRET_ACCESS_KEY: 'idv-local-secret',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    IDV_ALLOW_STAND_INS: 'true',
    IDV_TWIN_DATA_DIR: join(directory, 'twin'),
    LOG_LEVEL: process.env.BENCH_LOG_LEVEL ?? 'fatal',
  };
}

async function bundle(workflowsPath: string, path: string): Promise<void> {
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    failureConverterPath: FAILURE_CONVERTER_PATH,
    logger: new DefaultLogger('WARN'),
  });
  await writeFile(path, code);
}

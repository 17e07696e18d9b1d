import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { developmentSecrets } from '../../local/development-secrets.js';
import { spawnGuarded, stopProcess } from '../../local/guarded-process.js';
import { freePort } from '../../local/tcp.js';
import { startDevServer } from '../../local/temporal/dev-server.js';
import { findDevServer } from '../../local/temporal/find-dev-server.js';
import { temporalConfig } from '../../temporal.config.js';
import { searchAttributeTypes } from '../../workflows/search-attributes.js';

/** The service in processes of its own, as in production, beside the baseline; gone with `close`. */
export interface BenchStack {
  /** URL of the API, and the key to call it with. */
  api: string;
  key: string;
  /** URL of the plain baseline. */
  plain: string;
  /** Control port of the twin. */
  control: string;
  client: Client;
  close(): Promise<void>;
}

const root = new URL('../../', import.meta.url).pathname;

/** Starts Temporal, the constant-time twin, `workers` worker processes, the API and the baseline. */
export async function startBenchStack(
  options: { workers?: number; env?: Record<string, string> } = {},
): Promise<BenchStack> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const step of closers.splice(0).reverse()) await step();
  };
  try {
    const directory = await mkdtemp(join(tmpdir(), 'idv-bench-'));
    closers.push(() => rm(directory, { recursive: true, force: true }));
    const log = (line: string) => console.error(line);
    const found = await findDevServer({ env: process.env, log });
    if (found.kind !== 'program')
      throw new Error('Benchmarks start a Temporal server of their own: unset TEMPORAL_ADDRESS.');
    const temporal = await startDevServer({
      program: found.path,
      dbFile: join(directory, 'temporal.db'),
      port: 0,
      namespace: 'default',
      searchAttributes: searchAttributeTypes,
      log: () => {},
    });
    closers.push(() => temporal.close());

    const run = async (program: string, args: string[], env: NodeJS.ProcessEnv, ready = true) => {
      const child = spawnGuarded(process.execPath, [...process.execArgv, join(root, program), ...args], {
        cwd: root,
        env: { ...env, LOG_LEVEL: env.LOG_LEVEL ?? 'error' },
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      closers.push(() => stopProcess(child));
      return new Promise<Record<string, unknown>>((resolve, reject) => {
        if (ready) child.once('message', (message) => resolve(message as Record<string, unknown>));
        child.once('exit', (code) => {
          if (!ready && code === 0) resolve({});
          else reject(new Error(`${program} ended with code ${code}`));
        });
      });
    };
    const twin = await run('bench/support/twin-process.ts', [], process.env);
    const endpoints = twin.endpoints as Record<'dynamodb' | 's3' | 'rekognition' | 'control', string>;
    const credentials = twin.credentials as { accessKeyId: string; secretAccessKey: string };
    const secrets = developmentSecrets(directory);
    const apiPort = await freePort();
    const env = {
      ...process.env,
      ...secrets.environment,
      TEMPORAL_ADDRESS: temporal.address,
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
      AWS_ENDPOINT_URL_S3: endpoints.s3,
      AWS_ENDPOINT_URL_REKOGNITION: endpoints.rekognition,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      IDV_API_PORT: String(apiPort),
      ...options.env,
    };
    await run('cli/main.ts', ['setup'], env, false);
    await Promise.all(
      Array.from({ length: options.workers ?? 1 }, () => run('workers/main.ts', ['all'], env)),
    );
    await run('bench/support/empty-worker.ts', [], env);
    await run('api/server.ts', [], env);
    const plain = await run('bench/support/plain-server.ts', [], env);

    const config = temporalConfig(env);
    const connection = await Connection.connect(config.connection);
    closers.push(() => connection.close());
    return {
      api: `http://127.0.0.1:${apiPort}`,
      key: secrets.keys.test,
      plain: String(plain.url),
      control: endpoints.control,
      client: new Client({ connection, namespace: config.namespace, dataConverter: config.dataConverter }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

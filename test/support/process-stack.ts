import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { developmentSecrets } from '../../local/development-secrets.js';
import { spawnGuarded, stopProcess } from '../../local/guarded-process.js';
import { freePort } from '../../local/tcp.js';
import { type DevServer, startDevServer } from '../../local/temporal/dev-server.js';
import { searchAttributeTypes } from '../../workflows/search-attributes.js';

/** What can be started, and killed, one by one. */
export type Part = 'temporal' | 'twin' | 'workers' | 'api';

/** The service in processes of its own over Temporal and the twin, each with its state on disk; gone with `close`. */
export interface ProcessStack {
  api: string;
  /** A key of the mode `test`. */
  key: string;
  temporalAddress: string;
  /** Control port of the twin. */
  control: string;
  environment: NodeJS.ProcessEnv;
  /** SIGKILL: nothing of the process gets to say goodbye. */
  kill(part: Part): Promise<void>;
  /** Starts a killed part again, on the same ports and state; resolves when it is ready. */
  restart(part: Part): Promise<void>;
  /** Runs another program of ours beside; resolves with what it says when it is ready. Ends with the stack. */
  run(program: string, args?: readonly string[]): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

export interface ProcessStackOptions {
  /** The Temporal CLI. */
  temporal: string;
  workers?: number;
  /** Faces by hash in constant time, instead of real ones. */
  constantTimeFaces?: boolean;
  env?: Record<string, string>;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

export async function startProcessStack(options: ProcessStackOptions): Promise<ProcessStack> {
  const directory = await mkdtemp(join(tmpdir(), 'idv-processes-'));
  const [temporalPort, apiPort, dynamodb, s3, rekognition, textract, control] = await Promise.all(
    Array.from({ length: 7 }, () => freePort()),
  );
  const secrets = developmentSecrets(directory);
  const url = (port: number | undefined) => `http://127.0.0.1:${port}`;
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    ...secrets.environment,
    TEMPORAL_ADDRESS: `127.0.0.1:${temporalPort}`,
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_DYNAMODB: url(dynamodb),
    AWS_ENDPOINT_URL_S3: url(s3),
    AWS_ENDPOINT_URL_REKOGNITION: url(rekognition),
    AWS_ENDPOINT_URL_TEXTRACT: url(textract),
    AWS_ACCESS_KEY_ID: 'idv-local',
    AWS_SECRET_ACCESS_KEY: 'idv-local-secret',
    IDV_ALLOW_STAND_INS: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    IDV_API_PORT: String(apiPort),
    IDV_TWIN_DATA_DIR: join(directory, 'twin'),
    IDV_DYNAMODB_PORT: String(dynamodb),
    IDV_S3_PORT: String(s3),
    IDV_REKOGNITION_PORT: String(rekognition),
    IDV_TEXTRACT_PORT: String(textract),
    IDV_TWIN_CONTROL_PORT: String(control),
    LOG_LEVEL: 'error',
    ...options.env,
  };
  const running: { part: Part | undefined; child: ChildProcess }[] = [];
  let temporal: DevServer | undefined;

  const spawn = async (program: string, args: readonly string[], part?: Part, untilItEnds = false) => {
    const child = spawnGuarded(process.execPath, ['--import', 'tsx', join(root, program), ...args], {
      cwd: root,
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    running.push({ part, child });
    return new Promise<Record<string, unknown>>((resolve, reject) => {
      const ready = (message: unknown) => {
        if ((message as { ready?: boolean }).ready && !untilItEnds)
          resolve(message as Record<string, unknown>);
      };
      child.on('message', ready);
      // The twin says that it is ready in its output, for whoever runs it in a container.
      child.stdout?.on('data', (data: Buffer) => {
        if (data.toString().startsWith('{"ready":true')) ready({ ready: true });
      });
      child.once('exit', (code, signal) => {
        if (untilItEnds && code === 0) resolve({});
        else reject(new Error(`${program} ended: ${signal ?? code}`));
      });
    });
  };

  const starters: Record<Part, () => Promise<unknown>> = {
    async temporal() {
      temporal = await startDevServer({
        program: options.temporal,
        dbFile: join(directory, 'temporal.db'),
        port: temporalPort as number,
        namespace: 'default',
        searchAttributes: searchAttributeTypes,
        log: () => {},
      });
    },
    twin: () =>
      spawn(options.constantTimeFaces ? 'bench/support/twin-process.ts' : 'local/twin-main.ts', [], 'twin'),
    workers: () =>
      Promise.all(
        Array.from({ length: options.workers ?? 1 }, () => spawn('workers/main.ts', ['all'], 'workers')),
      ),
    api: () => spawn('api/server.ts', [], 'api'),
  };

  const stack: ProcessStack = {
    api: url(apiPort),
    key: secrets.keys.test,
    temporalAddress: `127.0.0.1:${temporalPort}`,
    control: url(control),
    environment,
    async kill(part) {
      if (part === 'temporal' && temporal) {
        process.kill(temporal.pid, 'SIGKILL');
        await temporal.ended;
        return;
      }
      for (const { child } of running.filter((each) => each.part === part)) await killed(child);
    },
    async restart(part) {
      await starters[part]();
    },
    run: (program, args = []) => spawn(program, args),
    async close() {
      await Promise.all(running.reverse().map(({ child }) => stopProcess(child)));
      await temporal?.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
  try {
    await all(starters.temporal(), starters.twin());
    await spawn('cli/main.ts', ['setup'], undefined, true);
    await all(starters.workers(), starters.api());
    return stack;
  } catch (error) {
    await stack.close();
    throw error;
  }
}

/** Waits for all of them, also when one fails, so that `close` finds whatever they started. */
async function all(...starting: Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(starting);
  await Promise.all(starting);
}

function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

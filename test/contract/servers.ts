import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { cacheDirectory } from '../../local/cache-directory.js';
import { spawnGuarded } from '../../local/guarded-process.js';
import { findOnPath, runCommand } from '../../local/run-command.js';
import { eventually } from '../support/eventually.js';

/** Somebody else's server that the contract is run against. */
export interface ExternalServer {
  endpoint: string;
  close(): Promise<void>;
}

/** A program that can be fetched and run here, or why not. */
export type Available = { start(): Promise<ExternalServer> } | { missing: string };

const DYNAMODB_LOCAL = '3.3.1';
const MINISTACK = '1.5.33';
const FETCH_MS = 10 * 60_000;

/**
 * Amazon's DynamoDB Local, from Maven Central, kept in the cache directory. In memory, no telemetry. It listens on every
 * interface and checks no key: there is no option for either.
 */
export async function dynamodbLocal(): Promise<Available> {
  const java = findOnPath('java');
  const maven = findOnPath('mvn');
  const directory = join(cacheDirectory(), `dynamodb-local-${DYNAMODB_LOCAL}`);
  if (!java) return { missing: 'no java on PATH; install Java 17 or newer' };
  if (!existsSync(directory)) {
    if (!maven) return { missing: 'no mvn on PATH to fetch it with; install Maven' };
    const problem = await fetched(directory, (draft) => fetchDynamodbLocal(maven, draft));
    if (problem) return { missing: `Maven could not fetch it: ${problem}` };
  }
  return {
    start: () =>
      started(
        java,
        (port) => [
          '-Xmx256m',
          `-Djava.library.path=${directory}`,
          '-cp',
          join(directory, '*'),
          'software.amazon.dynamodb.services.local.main.ServerRunner',
          '-disableTelemetry',
          '-sharedDb',
          '-inMemory',
          '-port',
          String(port),
        ],
        () => ({ DDB_LOCAL_TELEMETRY: '0' }),
      ),
  };
}

/** MiniStack, from PyPI, in a virtual environment in the cache directory. In memory, signatures checked, loopback only. */
export async function ministack(): Promise<Available> {
  const python = findOnPath('python3');
  if (!python) return { missing: 'no python3 on PATH; install Python 3.10 or newer' };
  const directory = join(cacheDirectory(), `ministack-${MINISTACK}`);
  const program = join(directory, 'bin', 'ministack');
  if (!existsSync(program)) {
    const problem = await fetchMinistack(python, directory);
    if (problem) return { missing: `pip could not fetch it: ${problem}` };
  }
  return {
    start: () =>
      started(
        program,
        () => [],
        (port) => ({
          AUTH: 'true',
          BIND_HOST: '127.0.0.1',
          GATEWAY_PORT: String(port),
          IOT_MTLS_PORT: '0',
        }),
      ),
  };
}

/** Fetches into a draft and renames it, so that a run that was broken off leaves nothing half there. */
async function fetched(
  directory: string,
  fetch: (draft: string) => Promise<string | undefined>,
): Promise<string | undefined> {
  const draft = `${directory}.new-${process.pid}`;
  await mkdir(draft, { recursive: true });
  const problem = await fetch(draft);
  if (problem) await rm(draft, { recursive: true, force: true });
  else await rename(draft, directory);
  return problem;
}

async function fetchDynamodbLocal(maven: string, draft: string): Promise<string | undefined> {
  const pom = join(draft, 'pom.xml');
  await writeFile(
    pom,
    `<project><modelVersion>4.0.0</modelVersion><groupId>idv</groupId><artifactId>contract</artifactId><version>1</version>
<dependencies><dependency><groupId>software.amazon.dynamodb</groupId><artifactId>DynamoDBLocal</artifactId>
<version>${DYNAMODB_LOCAL}</version></dependency></dependencies></project>\n`,
  );
  const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${draft}`, '-DincludeScope=runtime'];
  return (await runCommand(maven, ['-q', '-B', '-f', pom, ...goal], { timeout: FETCH_MS })).problem;
}

/** A virtual environment cannot be moved into place; its program comes last. */
async function fetchMinistack(python: string, directory: string): Promise<string | undefined> {
  const steps: [command: string, args: string[]][] = [
    [python, ['-m', 'venv', directory]],
    [join(directory, 'bin', 'python'), ['-m', 'pip', 'install', '-q', `ministack==${MINISTACK}`]],
  ];
  for (const [command, args] of steps) {
    const { problem } = await runCommand(command, args, { timeout: FETCH_MS });
    if (problem) {
      await rm(directory, { recursive: true, force: true });
      return problem;
    }
  }
  return undefined;
}

const TRIES = 3;

/** Starts the program on a free port, and on another one if it ends: the port may have been taken in between. */
async function started(
  command: string,
  args: (port: number) => string[],
  environment: (port: number) => NodeJS.ProcessEnv,
): Promise<ExternalServer> {
  let said = '';
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const port = await freePort();
    const child = spawnGuarded(command, args(port), {
      env: { ...bareEnvironment(), ...environment(port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (text) => {
        said = `${said}${text}`.slice(-2000);
      });
    }
    let running = true;
    const ended = new Promise<void>((resolve) =>
      child.once('exit', () => {
        running = false;
        resolve();
      }),
    );
    const endpoint = `http://127.0.0.1:${port}`;
    const close = async () => {
      child.kill('SIGTERM');
      await ended;
    };
    const ready = async () => !running || (await answers(endpoint));
    await eventually(`${command} answers on ${endpoint}`, ready, 60_000).catch(async (error) => {
      await close();
      throw new Error(`${error.message}\n${said}`);
    });
    if (running) return { endpoint, close };
  }
  throw new Error(`${command} does not start:\n${said}`);
}

/** Not ours whole: a variable that means something to us (LOG_LEVEL) may mean something else to them. */
function bareEnvironment(): NodeJS.ProcessEnv {
  const names = ['PATH', 'HOME', 'TMPDIR', 'JAVA_HOME', 'SystemRoot'];
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}

/** Any HTTP answer will do: DynamoDB Local says 400 to a GET. */
async function answers(endpoint: string): Promise<boolean> {
  try {
    await fetch(endpoint);
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDirectory } from '../cache-directory.js';
import { type Log, withProgress } from '../progress.js';
import { findOnPath, isExecutable, runCommand } from '../run-command.js';
import { type Artifact, downloadServer } from './download.js';

/**
 * The release that is built or downloaded. Its Go module can be installed by name and version, which v1.9.1's cannot
 * (a `replace` line in its go.mod).
 */
export const TEMPORAL_CLI: Artifact = { name: 'cli', version: 'v1.5.1' };

/** Update-with-Start is generally available from this server release on. */
const OLDEST_SERVER = { major: 1, minor: 28 };

/** A Temporal server that runs already, or the program that starts one. */
export type DevServerSource =
  | { kind: 'address'; address: string; from: string }
  | { kind: 'program'; path: string; from: string };

/** What a candidate may look at. */
export interface SearchContext {
  env: NodeJS.ProcessEnv;
  log: Log;
  signal?: AbortSignal | undefined;
}

/** One place where a server may come from. `cost` tells how long it may take: at once, seconds or minutes. */
export interface Candidate {
  name: string;
  cost: 'instant' | 'download' | 'build';
  find: (context: SearchContext) => Promise<DevServerSource | { missing: string }>;
}

/** Thrown when no candidate yields a server; the message says why for each and what can be done. */
export class NoDevServerError extends Error {
  override name = 'NoDevServerError';
}

/** In the order in which they are tried: what the user has, what an earlier start left, what can be fetched or built. */
export const CANDIDATES: readonly Candidate[] = [
  { name: 'TEMPORAL_ADDRESS', cost: 'instant', find: fromAddress },
  { name: 'temporal on PATH', cost: 'instant', find: fromPath },
  { name: 'cache', cost: 'instant', find: fromCache },
  { name: 'download', cost: 'download', find: fromDownload },
  { name: 'go install', cost: 'build', find: fromGo },
];

/**
 * Finds a Temporal server or makes one. Each candidate that fails says why in one line and the next is tried, but a
 * `TEMPORAL_ADDRESS` that does not answer ends the search: data must not land in another server than the one named.
 * Throws {@link NoDevServerError}, within 30 s, when there is none.
 */
export async function findDevServer(
  context: SearchContext,
  candidates: readonly Candidate[] = CANDIDATES,
): Promise<DevServerSource> {
  const reasons: string[] = [];
  for (const candidate of candidates) {
    const found = await candidate.find(context);
    if ('kind' in found) {
      context.log(`Temporal: ${found.from}`);
      return found;
    }
    reasons.push(`${candidate.name}: ${found.missing}`);
    context.log(`Temporal, not from ${candidate.name}: ${found.missing}`);
    if (candidate.find === fromAddress && context.env.TEMPORAL_ADDRESS) break;
  }
  throw new NoDevServerError(`No Temporal server can be had.
${reasons.map((reason) => `  - ${reason}`).join('\n')}
Do one of these and try again:
  - install the Temporal CLI (https://docs.temporal.io/cli) so that \`temporal\` is on PATH
  - set TEMPORAL_ADDRESS=host:port to a server that runs
  - install Go 1.24 or later (https://go.dev/dl); the CLI is then built once, in about five minutes`);
}

async function fromAddress({ env }: SearchContext) {
  const address = env.TEMPORAL_ADDRESS;
  if (!address) return { missing: 'not set' };
  const problem = await reach(address);
  if (problem) return { missing: `${address} ${problem}; start that server or unset TEMPORAL_ADDRESS` };
  return { kind: 'address', address, from: `the server at ${address} (TEMPORAL_ADDRESS)` } as const;
}

async function fromPath({ env }: SearchContext) {
  const path = findOnPath('temporal', env);
  if (!path) return { missing: 'no such program' };
  return program(path, `${path} (on PATH)`);
}

async function fromCache({ env }: SearchContext) {
  const path = cachedCli(env);
  if (!isExecutable(path)) return { missing: `nothing at ${path} yet` };
  return program(path, `${path} (kept from an earlier start)`);
}

async function fromDownload({ env, log, signal }: SearchContext) {
  const path = cachedCli(env);
  try {
    await withProgress(log, 'Downloading the Temporal CLI', 20, () =>
      downloadServer(TEMPORAL_CLI, path, { signal }),
    );
  } catch (error) {
    return { missing: (error as Error).message };
  }
  return program(path, `${path} (downloaded)`);
}

async function fromGo({ env, log, signal }: SearchContext) {
  const go = findOnPath('go', env);
  if (!go) return { missing: 'Go is not installed' };
  const module = `github.com/temporalio/cli`;
  // Asked first and briefly: a module proxy that does not answer would otherwise hold the build for minutes.
  const known = await runCommand(go, ['list', '-m', `${module}@${TEMPORAL_CLI.version}`], {
    env,
    cwd: tmpdir(),
    timeout: 15_000,
    signal,
  });
  if (known.problem) return { missing: `go list ${known.problem}` };

  const path = cachedCli(env);
  await mkdir(cacheDirectory(env), { recursive: true });
  const workspace = await mkdtemp(join(cacheDirectory(env), 'build-'));
  try {
    const built = await withProgress(log, 'Building the Temporal CLI with Go, once', 300, () =>
      runCommand(go, ['install', `${module}/cmd/temporal@${TEMPORAL_CLI.version}`], {
        env: { ...env, GOBIN: workspace },
        cwd: workspace,
        timeout: 1_800_000,
        signal,
      }),
    );
    if (built.problem) return { missing: `go install ${built.problem}` };
    await mkdir(join(path, '..'), { recursive: true });
    await rename(join(workspace, programName), path);
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
  return program(path, `${path} (built with Go)`);
}

const programName = process.platform === 'win32' ? 'temporal.exe' : 'temporal';

function cachedCli(env: NodeJS.ProcessEnv): string {
  return join(cacheDirectory(env), `temporal-${TEMPORAL_CLI.version}`, programName);
}

/** `path` if it runs and its server is recent enough. */
async function program(path: string, from: string): Promise<DevServerSource | { missing: string }> {
  const { stdout, problem } = await runCommand(path, ['--version']);
  if (problem) return { missing: `${path} --version ${problem}` };
  const [, major, minor] = /Server (\d+)\.(\d+)/.exec(stdout) ?? [];
  if (major === undefined || minor === undefined) {
    return { missing: `${path} does not say which server it has (${stdout.trim()})` };
  }
  const { major: oldestMajor, minor: oldestMinor } = OLDEST_SERVER;
  if (Number(major) < oldestMajor || (Number(major) === oldestMajor && Number(minor) < oldestMinor)) {
    return { missing: `${path} has server ${major}.${minor}; ${oldestMajor}.${oldestMinor} or later is needed` };
  }
  return { kind: 'program', path, from };
}

/** Why `host:port` takes no connection within 5 s; undefined when it does. */
function reach(address: string): Promise<string | undefined> {
  const { hostname, port } = URL.parse(`tcp://${address}`) ?? {};
  if (!hostname || !port) return Promise.resolve('is not host:port');
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), timeout: 5_000 });
    const end = (problem?: string) => {
      socket.destroy();
      resolve(problem);
    };
    socket.once('connect', () => end());
    socket.once('timeout', () => end('does not answer'));
    socket.once('error', (error: NodeJS.ErrnoException) => end(`cannot be reached (${error.code})`));
  });
}

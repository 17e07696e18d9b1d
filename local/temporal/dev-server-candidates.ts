import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheDirectory } from '../cache-directory.js';
import { type Log, withProgress } from '../progress.js';
import { findOnPath, isExecutable, runCommand } from '../run-command.js';
import { unreachable } from '../tcp.js';
import { checkCli } from './check-cli.js';
import { downloadServer } from './download.js';

/**
 * The release of the Temporal CLI that is downloaded or built. Its Go module can be installed by name and version,
 * which v1.9.1's cannot (a `replace` line in its go.mod).
 */
export const CLI_VERSION = 'v1.5.1';
const CLI_MODULE = 'github.com/temporalio/cli';

/** A Temporal server that runs already, or the program that starts one; `from` tells a person where it is from. */
export type DevServerSource =
  | { kind: 'address'; address: string; from: string }
  | { kind: 'program'; path: string; from: string };

/** What a candidate may look at. */
export interface SearchContext {
  env: NodeJS.ProcessEnv;
  log: Log;
  signal?: AbortSignal | undefined;
}

/** One place where a server may come from. */
export interface Candidate {
  name: string;
  /** How long it may take: no time, seconds (20 s at most until it fails), or minutes. */
  cost: 'instant' | 'download' | 'build';
  find: (context: SearchContext) => Promise<DevServerSource | { missing: string }>;
  /** The search ends when this one was asked for by name and fails. */
  insists?: (env: NodeJS.ProcessEnv) => boolean;
}

/** In the order in which they are tried: what the user has, what an earlier start left, what can be fetched or built. */
export const CANDIDATES: readonly Candidate[] = [
  {
    name: 'TEMPORAL_ADDRESS',
    cost: 'instant',
    find: fromAddress,
    // Data must not land in another server than the one that was named.
    insists: (env) => Boolean(env.TEMPORAL_ADDRESS),
  },
  { name: 'PATH', cost: 'instant', find: fromPath },
  { name: 'cache', cost: 'instant', find: fromCache },
  { name: 'download', cost: 'download', find: fromDownload },
  { name: 'go install', cost: 'build', find: fromGo },
];

/** Those that yield a program that this process can start. */
export const PROGRAM_CANDIDATES = CANDIDATES.filter(({ find }) => find !== fromAddress);

async function fromAddress({ env }: SearchContext) {
  const address = env.TEMPORAL_ADDRESS;
  if (!address) return { missing: 'the variable is not set' };
  const problem = await unreachable(address);
  if (problem) return { missing: `${address} ${problem}; start that server or unset the variable` };
  return { kind: 'address', address, from: `the server at ${address} (TEMPORAL_ADDRESS)` } as const;
}

async function fromPath({ env }: SearchContext) {
  const path = findOnPath('temporal', env);
  return path ? asSource(path, `${path} (on PATH)`) : { missing: 'no program named temporal' };
}

async function fromCache({ env }: SearchContext) {
  const path = cachedCli(env);
  if (!isExecutable(path)) return { missing: `nothing at ${path} yet` };
  return asSource(path, `${path} (kept from an earlier start)`);
}

async function fromDownload({ env, log, signal }: SearchContext) {
  const path = cachedCli(env);
  try {
    await withProgress(
      log,
      'Downloading the Temporal CLI',
      20,
      () => downloadServer({ name: 'cli', version: CLI_VERSION }, path, { signal }),
      signal,
    );
  } catch (error) {
    return { missing: (error as Error).message };
  }
  return asSource(path, `${path} (downloaded)`);
}

async function fromGo({ env, log, signal }: SearchContext) {
  const go = findOnPath('go', env);
  if (!go) return { missing: 'Go is not installed' };
  await mkdir(cacheDirectory(env), { recursive: true });
  const workspace = await mkdtemp(join(cacheDirectory(env), 'build-'));
  try {
    const options = { env: { ...env, GOBIN: workspace }, cwd: workspace, signal };
    // Asked first and briefly: a module proxy that does not answer would otherwise hold the build for minutes.
    const known = await runCommand(go, ['list', '-m', `${CLI_MODULE}@${CLI_VERSION}`], {
      ...options,
      timeout: 15_000,
    });
    if (known.problem) return { missing: `go list ${known.problem}` };

    const built = await withProgress(
      log,
      'Building the Temporal CLI with Go, once',
      300,
      () =>
        runCommand(go, ['install', `${CLI_MODULE}/cmd/temporal@${CLI_VERSION}`], {
          ...options,
          timeout: 1_800_000,
        }),
      signal,
    );
    if (built.problem) return { missing: `go install ${built.problem}` };
    const path = cachedCli(env);
    await mkdir(dirname(path), { recursive: true });
    await rename(join(workspace, PROGRAM), path); // whole or not at all, also when two starts build at once
    return asSource(path, `${path} (built with Go)`);
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
}

const PROGRAM = process.platform === 'win32' ? 'temporal.exe' : 'temporal';

function cachedCli(env: NodeJS.ProcessEnv): string {
  return join(cacheDirectory(env), `temporal-${CLI_VERSION}`, PROGRAM);
}

async function asSource(path: string, from: string): Promise<DevServerSource | { missing: string }> {
  const problem = await checkCli(path);
  return problem ? { missing: `${path} ${problem}` } : { kind: 'program', path, from };
}

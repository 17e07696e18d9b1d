import type { ChildProcess } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { howItEnds, spawnGuarded, stopProcess } from '../guarded-process.js';
import type { Running } from '../keep-running.js';
import { endRecordedProcess, removePidFile, writePidFile } from '../pid-file.js';
import type { Log } from '../progress.js';
import { freePort, isPortFree, LOOPBACK, unreachable } from '../tcp.js';
import { ensureSearchAttributes, type SearchAttributes } from './search-attributes.js';

/** How a dev server is started. */
export interface DevServerOptions {
  /** The Temporal CLI, as `findDevServer` finds it. */
  program: string;
  /** Where workflows are kept over a restart; in memory when absent. */
  dbFile?: string;
  /** Names the process for the next start, should this one be killed; beside `dbFile` when absent. */
  pidFile?: string;
  /** 0 takes a free port. */
  port: number;
  /** 0 takes a free port; absent means no UI. */
  uiPort?: number;
  /** Created when it does not exist. */
  namespace: string;
  searchAttributes: SearchAttributes;
  /** Where Temporal UI sends payloads to have them decrypted. */
  codecEndpoint?: string;
  log: Log;
}

/** A dev server that answers. */
export interface DevServer extends Running {
  address: string;
  uiUrl: string | undefined;
  pid: number;
}

const READY_WITHIN_MS = 60_000;

/**
 * Starts a Temporal dev server on the loopback interface and waits until its namespace and search attributes can be
 * used. A server that an earlier, killed start left behind on the same `dbFile` is ended first. Throws when the port
 * is taken or the server ends or is not ready within a minute, with what it said last.
 */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  const { dbFile, namespace, log } = options;
  const pidFile = options.pidFile ?? (dbFile && `${dbFile}.pid`);
  if (dbFile) await mkdir(dirname(dbFile), { recursive: true });
  if (pidFile) {
    const stale = await endRecordedProcess(pidFile);
    if (stale) log(`Temporal: ended process ${stale}, left behind by an earlier start`);
  }
  const port = options.port || (await freePort());
  const uiPort = options.uiPort === 0 ? await freePort() : options.uiPort;
  for (const wanted of [port, uiPort]) {
    if (wanted !== undefined && !(await isPortFree(wanted))) {
      throw new Error(
        `Port ${wanted} is taken: Temporal cannot listen there. Stop what holds it or choose another.`,
      );
    }
  }

  const child = spawnGuarded(options.program, serverArguments(options, port, uiPort), {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lastWords = rememberOutput(child);
  const ended = howItEnds(child);
  if (pidFile && child.pid) writePidFile(pidFile, child.pid);
  const close = async () => {
    await stopProcess(child);
    if (pidFile) removePidFile(pidFile);
  };

  const address = `${LOOPBACK}:${port}`;
  try {
    await ready(address, namespace, options.searchAttributes, ended);
  } catch (error) {
    await close();
    throw new Error(`${(error as Error).message}\n${lastWords()}`.trim());
  }
  return {
    address,
    uiUrl: uiPort ? `http://${LOOPBACK}:${uiPort}` : undefined,
    pid: child.pid as number,
    ended,
    close,
  };
}

function serverArguments(options: DevServerOptions, port: number, uiPort: number | undefined): string[] {
  const { dbFile, namespace, searchAttributes, codecEndpoint } = options;
  return [
    ...['server', 'start-dev', '--ip', LOOPBACK, '--port', `${port}`, '--namespace', namespace],
    ...(uiPort ? ['--ui-port', `${uiPort}`] : ['--headless']),
    ...(dbFile ? ['--db-filename', dbFile] : []),
    // A commit of the write-ahead log without waiting for the disk: survives kill -9, not a power cut.
    ...['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'],
    // An activity may start with the answer to the workflow task that asks for it: three take 200 ms instead of 360.
    ...['--dynamic-config-value', 'system.enableActivityEagerExecution=true'],
    ...Object.entries(searchAttributes).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
    ...(codecEndpoint ? ['--ui-codec-endpoint', codecEndpoint] : []),
  ];
}

/** Waits for the port, then asks until the namespace is there, then sees to the search attributes. */
async function ready(
  address: string,
  namespace: string,
  attributes: SearchAttributes,
  ended: Promise<string>,
): Promise<void> {
  let gone: string | undefined;
  void ended.then((how) => {
    gone = how;
  });
  const deadline = Date.now() + READY_WITHIN_MS;
  const until = async (isReady: () => Promise<boolean>) => {
    while (!(await isReady())) {
      if (gone) throw new Error(`The Temporal server ${gone} while it started.`);
      if (Date.now() > deadline) {
        throw new Error(`The Temporal server is not ready after ${READY_WITHIN_MS / 1000} s.`);
      }
      await delay(25);
    }
  };
  // Before gRPC is asked: it waits a second after a connection that was refused.
  await until(async () => !(await unreachable(address)));
  const connection = Connection.lazy({ address });
  try {
    await until(() =>
      connection
        .withDeadline(Date.now() + 1_000, () => connection.workflowService.describeNamespace({ namespace }))
        .then(() => ensureSearchAttributes(connection, namespace, attributes))
        .then(() => true)
        .catch(() => false),
    );
  } finally {
    await connection.close();
  }
}

/** Keeps the last lines of what `child` prints, and empties its pipes, which would otherwise fill and stop it. */
function rememberOutput(child: ChildProcess): () => string {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      lines.push(...text.split('\n').filter(Boolean));
      lines.splice(0, lines.length - 20);
    });
  }
  return () => lines.join('\n');
}

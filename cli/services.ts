import { join } from 'node:path';
import { keepRunning } from '../local/keep-running.js';
import { type Log, withProgress } from '../local/progress.js';
import { rotateLog, startServiceProcess } from '../local/service-process.js';
import { pidFileOf } from './state-claim.js';

/** The processes of the service, in the order in which they start; they end in the opposite one. */
const SERVICES = [
  { name: 'workers', args: ['workers/main.ts', 'all'], saysReady: true },
  { name: 'codec', args: ['workers/codec/main.ts'], saysReady: false },
  { name: 'api', args: ['api/server.ts'], saysReady: false }, // asked at /readyz instead
] as const;

/** Creates tables, buckets, collections and search attributes; may be repeated at every start. */
const SETUP = ['cli/main.ts', 'setup'] as const;

/** Where and with what the processes run. */
export interface ServicesOptions {
  root: string;
  stateDir: string;
  env: NodeJS.ProcessEnv;
  log: Log;
  signal: AbortSignal;
}

/** The processes of the service while they run. */
export interface Services {
  /** Resolves when those that say so are ready. */
  ready: Promise<unknown>;
  /** Rejects when one of them ends although it was started for the first time; afterwards they are started again. */
  failed: Promise<never>;
  close: () => Promise<void>;
}

/** Runs `idv setup`, then starts the workers and the API, each a process of its own that is restarted if it dies. */
export async function startServices(options: ServicesOptions): Promise<Services> {
  const { root, stateDir, env, log, signal } = options;
  const service = (name: string, [program, ...args]: readonly [string, ...string[]]) => ({
    name,
    args: [join(root, program), ...args],
    cwd: root,
    env,
    logFile: join(stateDir, 'logs', `${name}.log`),
    pidFile: pidFileOf(stateDir, name),
    log,
  });

  const setUp = async () => {
    const setup = service('setup', SETUP);
    rotateLog(setup.logFile);
    const running = await startServiceProcess(setup);
    signal.addEventListener('abort', () => void running.close());
    const how = await running.ended;
    if (how !== 'ended with code 0') throw new Error(`idv setup ${how}; see ${setup.logFile}`);
  };
  await withProgress(log, 'Setting up tables, buckets, collections and search attributes', 5, setUp, signal);

  const started: { close: () => Promise<void> }[] = [];
  const close = async () => {
    for (const running of started.splice(0).reverse()) await running.close();
  };
  const failures: Promise<never>[] = [];
  const ready: Promise<void>[] = [];
  try {
    for (const { name, args, saysReady } of SERVICES) {
      signal.throwIfAborted();
      const definition = service(name, args);
      rotateLog(definition.logFile);
      const running = await keepRunning(name, () => startServiceProcess(definition), log);
      started.push(running);
      if (saysReady) ready.push(running.current().ready);
      failures.push(
        running.current().ended.then((how) => {
          throw new Error(`${name} ${how} instead of starting; see ${definition.logFile}`);
        }),
      );
    }
  } catch (error) {
    await close();
    throw error;
  }
  const failed = Promise.race(failures);
  failed.catch(() => {}); // nobody listens once the service is ready
  return { ready: Promise.all(ready), failed, close };
}

import type { ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { spawnGuarded, stopProcess } from '../../local/guarded-process.js';
import type { FromWorker, Order, ToWorker } from './protocol.js';

/** The one worker process of the sweep, which can be killed and is then another. */
export interface WorkerProcess {
  /** Resolves when the worker knows the orders. */
  obey(orders: readonly Order[]): Promise<void>;
  release(id: string): void;
  /** False when the call of this order does not stand where it was told to within `within` ms. */
  reached(id: string, within: number): Promise<boolean>;
  /** The fault of this order has happened. */
  struck(id: string): boolean;
  /** Loads the process that `killAndReplace` puts in the place of this one. */
  prepareSpare(): void;
  /** SIGKILL; resolves when another process polls. Orders that were not obeyed yet are forgotten with it. */
  killAndReplace(): Promise<void>;
  close(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('./worker.ts', import.meta.url));

/** @param bundle path of the workflow bundle */
export async function startWorkerProcess(
  bundle: string,
  environment: NodeJS.ProcessEnv,
): Promise<WorkerProcess> {
  const events = new EventEmitter().setMaxListeners(0);
  const seen = new Set<string>();
  let expectedToEnd: ChildProcess | undefined;
  const send = (child: ChildProcess, message: ToWorker) =>
    child.send(message, (error) => {
      // Whoever was killed has forgotten its orders: there is nothing to tell it.
      if (error && child !== expectedToEnd) throw error;
    });

  function load(): { child: ChildProcess; loaded: Promise<void> } {
    const child = spawnGuarded(process.execPath, ['--import', 'tsx', PROGRAM, bundle], {
      env: environment,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child.on('message', (message: FromWorker) => {
      if (!('id' in message)) return;
      seen.add(`${message.is} ${message.id}`);
      events.emit(`${message.is} ${message.id}`);
    });
    const loaded = said(child, 'loaded');
    loaded.catch(() => {}); // thrown where it is awaited
    return { child, loaded };
  }

  async function start({ child, loaded }: ReturnType<typeof load>): Promise<ChildProcess> {
    await loaded;
    const ready = said(child, 'ready');
    send(child, { do: 'start' });
    await ready;
    return child;
  }

  let spare: ReturnType<typeof load> | undefined;
  let current = await start(load());
  let obeying = Promise.resolve();

  return {
    obey(orders) {
      obeying = obeying.then(async () => {
        const obeyed = said(current, 'obeying');
        send(current, { do: 'obey', orders });
        await obeyed;
      });
      return obeying;
    },
    release: (id) => send(current, { do: 'release', id }),
    async reached(id, within) {
      if (seen.has(`reached ${id}`)) return true;
      const signal = AbortSignal.timeout(within);
      return once(events, `reached ${id}`, { signal }).then(
        () => true,
        () => false,
      );
    },
    struck: (id) => seen.has(`struck ${id}`),
    prepareSpare() {
      spare ??= load();
    },
    async killAndReplace() {
      const next = spare ?? load();
      spare = undefined;
      await next.loaded;
      expectedToEnd = current;
      const ended = once(current, 'exit');
      current.kill('SIGKILL');
      await ended;
      current = await start(next);
    },
    async close() {
      expectedToEnd = current;
      await Promise.all([current, spare?.child].map((child) => child && stopProcess(child)));
    },
  };

  /** Resolves with the next message of this kind. @throws Error when the process ends before it */
  function said(child: ChildProcess, what: FromWorker['is']): Promise<void> {
    return new Promise((resolve, reject) => {
      const listen = (message: FromWorker) => {
        if (message.is !== what) return;
        child.off('message', listen);
        child.off('exit', ended);
        resolve();
      };
      const ended = (code: number | null, signal: string | null) => {
        if (child !== expectedToEnd) reject(new Error(`A worker of the sweep ended: ${signal ?? code}.`));
      };
      child.on('message', listen);
      child.once('exit', ended);
    });
  }
}

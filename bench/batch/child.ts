import { fileURLToPath } from 'node:url';
import { spawnGuarded, stopProcess } from '../../local/guarded-process.js';
import type { Usage } from './answer-parent.js';

/** A process of a bench. */
export interface Child {
  name: string;
  ask<T>(what: string): Promise<T>;
  usage(): Promise<Usage>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Starts a program of ours; resolves when it says that it is ready. @throws Error when it ends before that */
export async function startChild(
  name: string,
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  nodeFlags: readonly string[] = [],
): Promise<Child> {
  const flags = [...nodeFlags, ...(process.env.BENCH_NODE_FLAGS ?? '').split(' ').filter(Boolean)];
  const child = spawnGuarded(process.execPath, [...flags, '--import', 'tsx', `${ROOT}${program}`, ...args], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, (answer: unknown) => void>();
  let asked = 0;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.on('message', ({ id, answer }: { id?: number; answer?: unknown }) => {
    if (id === undefined) return;
    waiting.get(id)?.(answer);
    waiting.delete(id);
  });
  await new Promise<void>((resolve, reject) => {
    const ready = (message: { ready?: boolean }) => {
      if (message.ready) resolve();
    };
    child.on('message', ready);
    child.once('exit', (code, signal) => reject(new Error(`${program} ended: ${signal ?? code}.`)));
  });
  const ask = <T>(what: string) =>
    new Promise<T>((resolve, reject) => {
      asked += 1;
      waiting.set(asked, resolve as (answer: unknown) => void);
      child.send({ ask: what, id: asked }, (error) => error && reject(error));
      void ended.then(() => reject(new Error(`${name} ended before it said its ${what}.`)));
    });
  return {
    name,
    ask,
    usage: () => ask<Usage>('usage'),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    close: () => stopProcess(child),
  };
}

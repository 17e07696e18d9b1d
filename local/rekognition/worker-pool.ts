import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

/** Threads that do one kind of job, one job at a time each. */
export interface WorkerPool<Job, Result> {
  /** Queues a job; rejects with the Error the thread answered, or when the thread ends. */
  run(job: Job): Promise<Result>;
  close(): Promise<void>;
}

/** What a thread answers. Errors keep their name and `code`. */
export type Reply<Result> = { result: Result } | { error: { name: string; message: string; code?: string } };

interface Task<Job, Result> {
  job: Job;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

interface Seat<Job, Result> {
  worker: Worker;
  task?: Task<Job, Result> | undefined;
}

/**
 * A pool of at most `size` threads that run `entry` (without extension, relative to this file). A thread is started when
 * a job finds none idle, and none keeps the process alive on its own.
 */
export function workerPool<Job, Result>(options: {
  entry: string;
  size: number;
  workerData?: unknown;
}): WorkerPool<Job, Result> {
  const seats = new Set<Seat<Job, Result>>();
  const queue: Task<Job, Result>[] = [];
  let closed = false;

  const next = (): void => {
    while (queue.length > 0) {
      const idle = [...seats].find((seat) => !seat.task) ?? (seats.size < options.size ? open() : undefined);
      if (!idle) return;
      idle.task = queue.shift() as Task<Job, Result>;
      idle.worker.ref();
      idle.worker.postMessage(idle.task.job);
    }
  };

  const open = (): Seat<Job, Result> => {
    const seat: Seat<Job, Result> = { worker: startWorker(options.entry, options.workerData) };
    const settle = (how: (task: Task<Job, Result>) => void): void => {
      const { task } = seat;
      seat.task = undefined;
      seat.worker.unref();
      if (task) how(task);
      next();
    };
    seat.worker.on('message', (reply: Reply<Result>) =>
      settle((task) => ('error' in reply ? task.reject(revived(reply.error)) : task.resolve(reply.result))),
    );
    const leave = (error: Error): void => {
      if (!seats.delete(seat)) return;
      settle((task) => task.reject(error));
    };
    seat.worker.on('error', leave);
    seat.worker.on('exit', (code) => leave(new Error(`A worker thread ended with code ${code}.`)));
    seats.add(seat);
    return seat;
  };

  return {
    run(job) {
      if (closed) return Promise.reject(new Error('The worker pool is closed.'));
      return new Promise((resolve, reject) => {
        queue.push({ job, resolve, reject });
        next();
      });
    },
    async close() {
      closed = true;
      for (const task of queue.splice(0)) task.reject(new Error('The worker pool is closed.'));
      await Promise.all([...seats].map((seat) => seat.worker.terminate()));
    },
  };
}

/** Compiled code runs as it is. TypeScript needs tsx, which a thread does not inherit, nor take from --import. */
function startWorker(entry: string, workerData: unknown): Worker {
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL(`${entry}.js`, import.meta.url), { workerData });
  const module = new URL(`${entry}.ts`, import.meta.url).href;
  const required = createRequire(import.meta.url).resolve('tsx/esm/api'); // import.meta.resolve is not there in mocha
  const tsx = pathToFileURL(required.replace(/\.cjs$/, '.mjs')).href; // the .cjs looks for a file that is not there
  const script = `import('${tsx}').then(({ register }) => { register(); return import('${module}'); });`;
  return new Worker(script, { eval: true, execArgv: [], workerData });
}

function revived({ name, message, ...rest }: { name: string; message: string; code?: string }): Error {
  return Object.assign(new Error(message), { name, ...rest });
}

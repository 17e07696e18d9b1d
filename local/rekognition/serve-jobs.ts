import { parentPort } from 'node:worker_threads';
import type { Reply } from './worker-pool.js';

/** Runs in a thread of a worker pool: answers each job with what `work` gives or throws. */
export function serveJobs<Job, Result>(work: (job: Job) => Promise<Result> | Result): void {
  parentPort?.on('message', async (job: Job) => {
    let reply: Reply<Result>;
    try {
      reply = { result: await work(job) };
    } catch (error) {
      const {
        name = 'Error',
        message = String(error),
        code,
      } = error as { name?: string; message?: string; code?: string };
      reply = { error: { name, message, ...(code === undefined ? {} : { code }) } };
    }
    parentPort?.postMessage(reply);
  });
}

import { setTimeout as sleep } from 'node:timers/promises';
import { threadId, workerData } from 'node:worker_threads';
import { serveJobs } from '../../../local/rekognition/serve-jobs.js';

// Run in threads by worker-pool.test.ts.
serveJobs<{ wait?: number; fail?: string; exit?: true }, string>(async ({ wait, fail, exit }) => {
  if (exit) process.exit(3);
  if (fail) throw Object.assign(new Error('job failed'), { name: 'JobError', code: fail });
  if (wait) await sleep(wait);
  return `${workerData} from thread ${threadId}`;
});

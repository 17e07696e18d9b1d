import { setTimeout } from 'node:timers/promises';
import { type ApiClient, ApiProblem } from '../api-client.js';
import { describeJob } from './describe-job.js';
import { hasEnded, type Job, pathOfJob } from './job.js';
import { jobProgress } from './job-progress.js';
import { type ProgressOutput, progressOutput, type Terminal } from './progress-output.js';

/** How a job is watched. */
export interface WatchOptions {
  /** Prints every change as a line of JSON instead. */
  json: boolean;
  /** Photos of the source, where it is known before the job has met them all. */
  total?: number;
  /** Milliseconds between two looks. */
  everyMs?: number;
  /** And after a look that failed; twice as long after each further one. */
  retryMs?: number;
}

/** Where a watched job is shown. */
export interface WatchOutput {
  /** The end of it, or the changes as JSON. */
  print: (line: string) => void;
  terminal: Terminal;
}

const EVERY_MS = 2_000;
const RETRY_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** Detached by Ctrl-C, as shells have it (128 + SIGINT). */
const DETACHED = 130;

/**
 * `idv batch watch`: shows how a job goes until it has ended, through restarts of the API. Once `signal` aborts it lets go of the
 * job, which goes on.
 * @returns the exit code: 0 the job is completed, 1 it failed or was cancelled, 130 it goes on unwatched
 * @throws ApiProblem when the API answers that there is no such job, or who asks may not see it
 */
export async function watchJob(
  api: ApiClient,
  id: string,
  { json, total, everyMs = EVERY_MS, retryMs = RETRY_MS }: WatchOptions,
  { print, terminal }: WatchOutput,
  signal: AbortSignal,
): Promise<number> {
  const output = progressOutput(terminal);
  const shown = { status: '', json: '' };
  for (;;) {
    const job = await look(api, id, { output, retryMs }, signal);
    if (job === undefined) return detached(id, output);
    if (json) tellChange(job, shown, print);
    else if (!hasEnded(job)) show(job, total, shown, output);
    if (hasEnded(job)) {
      output.end();
      if (!json) for (const line of describeJob(job)) print(line);
      return job.status === 'completed' ? 0 : 1;
    }
    await rest(everyMs, signal);
  }
}

function tellChange(job: Job, shown: { json: string }, print: (line: string) => void): void {
  const line = JSON.stringify(job);
  if (line !== shown.json) print(line);
  shown.json = line;
}

function show(job: Job, total: number | undefined, shown: { status: string }, output: ProgressOutput): void {
  const status = [job.status, job.phase, job.paused_for].join();
  output.show({ ...jobProgress(job, total), urgent: status !== shown.status });
  shown.status = status;
}

/** Asks until there is an answer. @returns undefined: nobody wants to know any more */
async function look(
  api: ApiClient,
  id: string,
  { output, retryMs }: { output: ProgressOutput; retryMs: number },
  signal: AbortSignal,
): Promise<Job | undefined> {
  for (let wait = retryMs, told = false; !signal.aborted; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    // One of its own for each request: a job is watched for days, and what listens to `signal` must not become ever more.
    const given = new AbortController();
    const giveUp = () => given.abort();
    signal.addEventListener('abort', giveUp);
    try {
      return await api.call<Job>('GET', pathOfJob(id), { signal: given.signal });
    } catch (error) {
      if (signal.aborted) return undefined;
      // What the API refuses it will refuse again; a proxy without it, or nobody at all, may be mended.
      if (error instanceof ApiProblem && error.status < 500 && error.status !== 429) throw error;
      if (!told) output.note(`${(error as Error).message} The job goes on; trying again.`);
      told = true;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
    await rest(wait, signal);
  }
  return undefined;
}

/** Ends early once `signal` aborts. */
const rest = (ms: number, signal: AbortSignal) => setTimeout(ms, undefined, { signal }).catch(() => {});

function detached(id: string, output: ProgressOutput): number {
  output.end();
  output.note(`Detached; the job goes on. Attach again: idv batch watch ${id}`);
  return DETACHED;
}

import { randomUUID } from 'node:crypto';
import { type ApiClient, ApiProblem } from '../api-client.js';
import { aligned } from '../table.js';
import { describeJob, ratesOf, sourceOf, statusOf } from './describe-job.js';
import { everyOf } from './every-of.js';
import { BATCH_JOBS, doneItems, type Job, pathOfJob } from './job.js';
import { quoted, sayCount, sayMany, sayText, sayTime } from './say.js';

type Print = (line: string) => void;

/**
 * `idv batch start`.
 * @param request `jobRequest`
 * @param key Idempotency-Key: the same one is the same job; absent: a new one
 * @returns the job
 */
export async function startJob(
  api: ApiClient,
  request: object,
  { key = randomUUID(), json }: { key?: string; json: boolean },
  print: Print,
): Promise<Job> {
  const job = await api
    .call<Job>('POST', BATCH_JOBS, { body: request, idempotencyKey: key })
    .catch((error) => {
      // Whether it was begun may not be known: with the same key there is no second one.
      if (!mayHaveBegun(error)) throw error;
      const again = `To try again without a second job, add --idempotency-key ${quoted(key)}`;
      throw new Error(`${(error as Error).message} ${again}`, { cause: error });
    });
  if (json) print(JSON.stringify(job));
  else
    for (const line of [
      `${job.id} is ${statusOf(job)}: ${sayText(sourceOf(job))}, ${ratesOf(job)}`,
      `Watch it: idv batch watch ${job.id}`,
    ])
      print(line);
  return job;
}

/** No answer, or one that says nothing about the request. */
const mayHaveBegun = (error: unknown) => !(error instanceof ApiProblem) || error.status >= 500;

/** `idv batch status <job>`. */
export async function showJob(api: ApiClient, id: string, json: boolean, print: Print): Promise<void> {
  const job = await api.call<Job>('GET', pathOfJob(id));
  for (const line of json ? [JSON.stringify(job, undefined, 2)] : describeJob(job)) print(line);
}

/** `idv batch status`: the newest first, `limit` at most. */
export async function listJobs(
  api: ApiClient,
  { limit, json }: { limit: number; json: boolean },
  print: Print,
): Promise<void> {
  const jobs: Job[] = [];
  for await (const job of everyOf<Job>(api, BATCH_JOBS, {}, limit)) jobs.push(job);
  if (json) return print(JSON.stringify(jobs, undefined, 2));
  if (jobs.length === 0) return print('There is no batch job.');
  const rows = jobs.map((job) => [
    job.id,
    sayTime(job.created_at),
    statusOf(job),
    sayMany(doneItems(job), 'photo'),
    sayText(sourceOf(job)),
  ]);
  for (const line of aligned(rows)) print(line);
}

/** What a job can be told. */
export type ControlName = 'pause' | 'resume' | 'rate' | 'retry' | 'cancel';

/** One command to one job; says what it is then. */
export async function controlJob(
  api: ApiClient,
  id: string,
  name: ControlName,
  { body, json }: { body: object; json: boolean },
  print: Print,
): Promise<void> {
  const sent = { body, idempotencyKey: randomUUID() };
  const job = await api.call<Job>('POST', `${pathOfJob(id)}/${name}`, sent);
  if (json) return print(JSON.stringify(job, undefined, 2));
  const more = name === 'rate' ? `, ${ratesOf(job)}` : '';
  print(`${job.id} is ${statusOf(job)}${more}`);
}

/** There may be millions. */
const ITEMS_A_PAGE = 1_000;

/** What a command needs of an item as the API shows it. */
interface Item {
  status: string;
  reason: string | null;
  uri: string;
  line: number | null;
  user_id: string | null;
  duplicate: boolean;
}

/** Which items are listed. */
export interface ItemFilter {
  status?: string;
  reason?: string;
}

/** `idv batch items`: as they come, `limit` at most; with `json` one object a line, since there may be millions. */
export async function listItems(
  api: ApiClient,
  id: string,
  filter: ItemFilter,
  { limit, json }: { limit: number; json: boolean },
  print: Print,
): Promise<void> {
  let count = 0;
  for await (const item of everyOf<Item>(api, `${pathOfJob(id)}/items`, filter, limit, ITEMS_A_PAGE)) {
    count += 1;
    print(json ? JSON.stringify(item) : sayItem(item));
  }
  if (!json && count === 0) print('No photo is like that.');
  if (!json && count === limit) print(`The first ${sayCount(limit)}; --limit shows more.`);
}

function sayItem({ status, reason, uri, line, user_id, duplicate }: Item): string {
  return [
    `${status}${reason === null ? '' : `/${reason}`}`,
    sayText(uri) || '(erased)',
    ...(user_id === null ? [] : [`user ${sayText(user_id)}`]),
    ...(line === null ? [] : [`line ${line}`]),
    ...(duplicate ? ['duplicate'] : []),
  ].join('  ');
}

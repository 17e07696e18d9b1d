import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { type ApiClient, ApiProblem } from '../api-client.js';
import { aligned } from '../table.js';
import { BATCH_JOBS } from './job.js';
import { sayBytes, sayCount, sayDuration, sayMany, sayMoney, sayRate, sayShare, sayText } from './say.js';

/** What a command needs of a plan as the API shows it (docs/http.md). */
export interface Plan {
  id: string;
  status: 'ready';
  items: number;
  usable: number;
  bytes: number | null;
  /** Items that would be rejected for sure, by reason. */
  unusable: Readonly<Record<string, number>>;
  bad_lines: readonly { line: number; reason: string }[];
  sample: { looked: number; jpeg: number; png: number; other: number; missing: number };
  index: PlannedPass;
  duplicate_pass: PlannedPass & { included: boolean };
  total: { seconds: number | null; cost: number; face_storage_month: number };
  shards: readonly PlannedShard[];
  quota_request: string | null;
  warnings: readonly { code: string; message: string }[];
  /** The region whose prices these are. */
  prices_of: string;
}

interface PlannedPass {
  calls: Readonly<Record<string, number>>;
  seconds: number | null;
  /** For the hours that were wished for. */
  needed_rates: Readonly<Record<string, number>> | null;
  cost: { total: number; rekognition: number; s3: number; transfer: number; dynamodb: number };
}

interface PlannedShard {
  shard: string;
  collection: string;
  faces: number | null;
  faces_after: number;
  /** 0–1. */
  fill: number;
}

interface Unfinished {
  id: string;
  status: 'processing';
}

/** Between two answers of an API that waits itself. */
const ASK_EVERY_MS = 2_000;

/** As shells have it (128 + SIGINT). */
const STOPPED = 130;

/**
 * `idv batch plan`: waits however long the count takes. Once `signal` aborts the count is stopped: nobody reads what it finds.
 * @returns the exit code: 0, or 130 after Ctrl-C
 */
export async function planJob(
  api: ApiClient,
  request: object,
  { json, everyMs = ASK_EVERY_MS }: { json: boolean; everyMs?: number },
  { print, note }: { print: (line: string) => void; note: (line: string) => void },
  signal: AbortSignal = new AbortController().signal,
): Promise<number> {
  // Not waited for: what is to be stopped has to be known by its id.
  const sent = { body: request, idempotencyKey: randomUUID(), prefer: 'respond-async' } as const;
  let plan = await api.call<Plan | Unfinished>('POST', `${BATCH_JOBS}/plan`, sent);
  const path = `${BATCH_JOBS}/plan/${plan.id}`;
  if (plan.status === 'processing') note('Counting the source; a million photos take about a minute.');
  while (plan.status === 'processing') {
    if (signal.aborted) {
      note(await stopped(api, path));
      return STOPPED;
    }
    plan = await api.call<Plan | Unfinished>('GET', path, { signal }).catch((error) => {
      if (signal.aborted) return plan;
      throw error;
    });
    if (plan.status === 'processing') await setTimeout(everyMs, undefined, { signal }).catch(() => {});
  }
  for (const line of json ? [JSON.stringify(plan, undefined, 2)] : describePlan(plan)) print(line);
  return 0;
}

/** @returns what came of stopping it */
async function stopped(api: ApiClient, path: string): Promise<string> {
  try {
    await api.call('DELETE', path);
  } catch (error) {
    const isOver = error instanceof ApiProblem && error.status === 404; // it ended just now
    if (!isOver) return `The count goes on, and ends by itself within six hours. ${(error as Error).message}`;
  }
  return 'The count was stopped.';
}

function describePlan(plan: Plan): string[] {
  const { items, usable, bytes, unusable, sample, duplicate_pass: pass, total } = plan;
  const size = bytes === null ? '' : `, ${sayBytes(bytes)}`;
  return [
    `${sayMany(items, 'photo')}, ${sayCount(usable)} of them to be tried${size}`,
    ...Object.entries(unusable).map(([reason, count]) => `  ${reason}: ${sayCount(count)}`),
    ...plan.bad_lines.map(({ line, reason }) => `  line ${line}: ${reason}`),
    `${sayCount(sample.looked)} looked at: ${sayCount(sample.jpeg)} JPEG, ${sayCount(sample.png)} PNG, ${sayCount(sample.other)} neither, ${sayCount(sample.missing)} missing`,
    ...describePass('index', plan.index),
    ...describePass(`duplicates${pass.included ? '' : ' (not included)'}`, pass),
    `together: ${timeOf(total.seconds)}, ${sayMoney(total.cost)}, and ${sayMoney(total.face_storage_month)} a month for the faces (prices of ${plan.prices_of})`,
    ...describeShards(plan.shards),
    ...plan.warnings.map(({ message }) => `warning: ${sayText(message)}`),
    ...(plan.quota_request === null ? [] : ['', 'To be sent to AWS:', '', ...plan.quota_request.split('\n')]),
  ];
}

function describePass(name: string, { calls, seconds, needed_rates: needed, cost }: PlannedPass): string[] {
  const { total, rekognition, s3, transfer, dynamodb } = cost;
  const parts = { Rekognition: rekognition, S3: s3, transfer, DynamoDB: dynamodb };
  const named = Object.entries(parts).filter(([, dollars]) => dollars > 0);
  const list = named.map(([part, dollars]) => `${part} ${sayMoney(dollars)}`).join(', ');
  return [
    `${name}: ${timeOf(seconds)}, ${sayMoney(total)}${list && ` (${list})`}`,
    ...aligned(
      Object.entries(calls).map(([api, count]) => [
        `  ${api}`,
        sayMany(count, 'call'),
        needed?.[api] === undefined ? '' : `${sayRate(needed[api])} needed for the hours wished for`,
      ]),
    ),
  ];
}

const timeOf = (seconds: number | null) =>
  seconds === null ? 'time not known' : `about ${sayDuration(seconds * 1_000)}`;

const describeShards = (shards: readonly PlannedShard[]): string[] =>
  aligned(
    shards.map(({ shard, collection, faces, faces_after, fill }) => [
      `shard ${shard}`,
      collection,
      faces === null ? 'not there' : sayMany(faces, 'face'),
      `${sayCount(faces_after)} afterwards, ${sayShare(fill)} full`,
    ]),
  );

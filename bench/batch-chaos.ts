import { loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { WorkflowHandle } from '@temporalio/client';
import type { BatchState } from '../domain/batch/job.js';
import { deadLetters } from '../domain/batch/tally.js';
import { batchStateQuery } from '../workflows/batch-messages.js';
import { accountsFor } from './batch/accounts-for.js';
import { type Chaos, disturbances } from './batch/disturb.js';
import { specOf, startJob } from './batch/job.js';
import { startBatchStack } from './batch/stack.js';
import { kindOf } from './batch/synthetic-source.js';
import type { Second } from './batch/twin.js';
import { type Figure, report, round } from './support/report.js';

/** `bench:batch-chaos`: one job through all that can happen to it, and then its books. Fails when they do not add up. */
const { values: given } = parseArgs({
  options: {
    items: { type: 'string' },
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
  },
});
const items = Number(given.items ?? (given.quick ? 2_000 : 100_000));
const chaos: Chaos = given.quick
  ? { workerKills: 2, temporalKills: 1, throttledMs: 10_000 }
  : { workerKills: 10, temporalKills: 2, throttledMs: 60_000 };

const bucket = 'chaos-photos';
const prefix = 'photos/';
const jobId = `bj_${'c'.repeat(26)}`;
const source = { bucket, prefixes: { [prefix]: items }, mixed: true };
const kinds = Array.from({ length: items }, (_, n) => kindOf(source, n, items));
const many = (kind: (typeof kinds)[number]) => kinds.filter((each) => each === kind).length;
const expected = {
  indexed: many('photo'),
  'rejected/empty_file': many('empty'),
  'skipped/user_exists': many('second'),
};

const log = (line: string) => console.error(`${new Date().toISOString().slice(11, 19)} ${line}`);
const stack = await startBatchStack(source);
try {
  log(`${items} photos are there`);
  const workers = await Promise.all(['identity', 'index', 'index'].map((role) => stack.startWorker(role)));
  const started = performance.now();
  const handle = await startJob(stack, jobId, specOf(stack, bucket, prefix, {}));
  const { all, begin, end } = disturbances(stack, handle, workers, chaos);
  await begin();
  const striking: Promise<void>[] = [];
  let told = 0;
  let state: BatchState | undefined;
  while (!state) {
    await delay(250);
    const done = (await callsLetThrough()) / items;
    if (done >= (told + 1) / 10) {
      told = Math.floor(done * 10);
      log(`about ${told * 10} % done`);
    }
    while (all[0] && all[0].at <= done) {
      const [next] = all.splice(0, 1);
      log(`${next?.name} at ${round(done * 100)} %`);
      striking.push(next?.strike() ?? Promise.resolve());
    }
    state = await ended(handle);
  }
  await Promise.all(striking);
  const seconds = (performance.now() - started) / 1_000;
  await end();
  await stack.control('PATCH', '/settings', { rekognition: { quota: null } });
  log(
    `ended after ${round(seconds)} s, load ${round(loadavg()[0] ?? 0, 2)}: ${JSON.stringify(state.counts)}`,
  );
  const books = await accountsFor(stack, state, { bucket, expected });
  for (const line of books.wrong) console.error(`wrong: ${line}`);
  for (const { name } of all) console.error(`did not happen: ${name}`);
  const figures: Figure[] = [
    { name: 'items of the source', value: books.source, unit: 'items' },
    {
      name: 'rows of the ledger',
      value: books.ledger,
      unit: 'rows',
      target: { at: 'least', value: books.source },
    },
    { name: 'indexed', value: state.counts.indexed ?? 0, unit: 'items' },
    { name: 'active rows of faces', value: books.rows, unit: 'rows' },
    { name: 'faces in collections', value: books.faces, unit: 'faces' },
    {
      name: 'dead letters',
      value: deadLetters(state.counts),
      unit: 'items',
      target: { at: 'most', value: 0 },
    },
    {
      name: 'books that do not add up',
      value: books.wrong.length,
      unit: '',
      target: { at: 'most', value: 0 },
    },
    {
      name: 'disturbances that did not happen',
      value: all.length,
      unit: '',
      target: { at: 'most', value: 0 },
    },
    { name: 'wall time', value: round(seconds), unit: 's' },
    { name: 'load at its end', value: round(loadavg()[0] ?? 0, 2), unit: '' },
  ];
  report(`Batch index under chaos, ${items} items`, figures, { ...given, check: true });
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await stack.close();
}
process.exit();

/** Roughly what is done: nothing asks Temporal, which may be away. */
async function callsLetThrough(): Promise<number> {
  const seconds = await stack.twin.ask<Second[]>('seconds');
  return seconds
    .filter(({ operation }) => operation === 'IndexFaces')
    .reduce((sum, { calls, throttled }) => sum + calls - throttled, 0);
}

async function ended(handle: WorkflowHandle): Promise<BatchState | undefined> {
  try {
    const state = await handle.query(batchStateQuery);
    return state.phase === 'ended' ? state : undefined;
  } catch {
    return undefined; // Temporal is away, or every worker
  }
}

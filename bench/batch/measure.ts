import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { BatchState } from '../../domain/batch/job.js';
import { batchWorkflowId } from '../../workflows/ids.js';
import type { Usage } from './answer-parent.js';
import type { Child } from './child.js';
import { historyOf, specOf, startJob } from './job.js';
import type { NaiveInput } from './naive.js';
import { NAIVE_WORKFLOWS } from './naive-queues.js';
import { type BatchStack, tenant } from './stack.js';
import type { Second } from './twin.js';

/** What one run took. */
export interface Measured {
  items: number;
  /** From the first call to the last. */
  seconds: number;
  /** Between the first tenth of that time and the last fifth: calls that were let through, a second. */
  steadyTps: number;
  /** 0-1, of all calls of IndexFaces. */
  throttled: number;
  eventsPerItem: number;
  bytesPerItem: number;
  runs: number;
  /** Milliseconds of CPU for an item. */
  cpu: { index: number; workflows: number; temporal: number; twin: number };
  /** Bytes, of the index worker that has the most at the end: after a fifth of the time, and at the end. */
  heap: { start: number; end: number };
  resident: { start: number; end: number };
  /** Load of the machine over the last minute, when it ended. */
  load: number;
}

export interface Run {
  prefix: string;
  bucket: string;
  items: number;
  /** Calls of IndexFaces a second; absent: no limit. */
  quota?: number;
}

/** Runs a batch job over a prefix of the source and watches it. */
export async function measureBatch(
  stack: BatchStack,
  workers: { workflows: Child; index: readonly Child[] },
  { prefix, bucket, items, quota }: Run,
): Promise<Measured> {
  await setQuota(stack, quota);
  const jobId = `bj_${prefix
    .replace(/[^a-z0-9]/g, '')
    .padEnd(26, 'a')
    .slice(0, 26)}`;
  const rates = quota === undefined ? {} : { IndexFaces: quota };
  return watch(stack, workers, items, async () => {
    const handle = await startJob(stack, jobId, specOf(stack, bucket, prefix, rates));
    return {
      workflowId: batchWorkflowId(tenant, jobId),
      ended: handle.result().then((state: BatchState) => {
        if (state.counts.indexed !== items)
          throw new Error(`${items} items came to ${JSON.stringify(state.counts)}`);
      }),
    };
  });
}

/** The same of the naive shape. */
export async function measureNaive(
  stack: BatchStack,
  workers: { workflows: Child; index: readonly Child[] },
  { prefix, bucket, items, quota }: Run,
): Promise<Measured> {
  await setQuota(stack, quota);
  const workflowId = `naive/${prefix}`;
  return watch(stack, workers, items, async () => {
    const spec = specOf(stack, bucket, prefix, {});
    const input: NaiveInput = { tenant, jobId: 'naive', spec, policy: stack.policy, done: 0 };
    const handle = await stack.client.workflow.start('naiveBatch', {
      workflowId,
      taskQueue: NAIVE_WORKFLOWS,
      args: [input],
    });
    return {
      workflowId,
      ended: handle.result().then((done: number) => {
        if (done !== items) throw new Error(`${items} items came to ${done}`);
      }),
    };
  });
}

async function watch(
  stack: BatchStack,
  { workflows, index }: { workflows: Child; index: readonly Child[] },
  items: number,
  start: () => Promise<{ workflowId: string; ended: Promise<void> }>,
): Promise<Measured> {
  const { twin } = stack;
  await twin.ask('forget');
  const usage = async () => ({
    index: await Promise.all(index.map((worker) => worker.usage())),
    workflows: await workflows.usage(),
    twin: await twin.usage(),
    temporal: cpuOf(stack.temporalPid()),
  });
  const before = await usage();
  const { workflowId, ended } = await start();
  let early: readonly Usage[] | undefined;
  let over = false;
  const end = ended.finally(() => {
    over = true;
  });
  end.catch(() => {}); // thrown below
  const startedAt = performance.now();
  let told = 0;
  while (!over) {
    await Promise.race([end, delay(500)]);
    const minutes = Math.floor((performance.now() - startedAt) / 60_000);
    if (early && minutes === told) continue;
    const seconds = await callsOf(twin);
    const done = seconds.reduce((sum, { calls, throttled }) => sum + calls - throttled, 0);
    if (minutes > told) console.error(`${done} of ${items} after ${minutes} min`);
    told = minutes;
    if (!early && done >= items / 5) early = await Promise.all(index.map((worker) => worker.usage()));
  }
  await end;
  const after = await usage();
  const seconds = await callsOf(twin);
  const history = await historyOf(stack, workflowId);
  const [first = 0, last = 0] = [seconds[0]?.at, seconds.at(-1)?.at];
  const span = last - first + 1;
  const [from, to] = [first + Math.max(1, Math.ceil(span / 10)), first + Math.floor(span * 0.8)];
  const steady = seconds.filter(({ at }) => at >= from && at < to);
  const sum = (of: readonly Second[], what: (second: Second) => number) =>
    of.reduce((total, second) => total + what(second), 0);
  const largest = after.index.reduce(
    (most, { heap }, at, all) => (heap > (all[most]?.heap ?? 0) ? at : most),
    0,
  );
  const cpu = (of: (usages: typeof before) => number) => (of(after) - of(before)) / items;
  const memory = (what: 'heap' | 'resident') => ({
    start: early?.[largest]?.[what] ?? Number.NaN,
    end: after.index[largest]?.[what] ?? Number.NaN,
  });
  return {
    items,
    seconds: span,
    steadyTps: sum(steady, ({ calls, throttled }) => calls - throttled) / (to - from),
    throttled: sum(seconds, ({ throttled }) => throttled) / sum(seconds, ({ calls }) => calls),
    eventsPerItem: history.events / items,
    bytesPerItem: history.bytes / items,
    runs: history.runs,
    cpu: {
      index: cpu((usages) => usages.index.reduce((total, each) => total + each.cpu, 0)),
      workflows: cpu((usages) => usages.workflows.cpu),
      temporal: cpu((usages) => usages.temporal),
      twin: cpu((usages) => usages.twin.cpu),
    },
    heap: memory('heap'),
    resident: memory('resident'),
    load: loadavg()[0] ?? Number.NaN,
  };
}

const setQuota = (stack: BatchStack, quota?: number) =>
  stack.control('PATCH', '/settings', {
    rekognition: { operations: { IndexFaces: { quota: quota ?? null } } },
  });

async function callsOf(twin: Child): Promise<Second[]> {
  const seconds = await twin.ask<Second[]>('seconds');
  return seconds.filter(({ operation }) => operation === 'IndexFaces').sort((a, b) => a.at - b.at);
}

/** Milliseconds of CPU that a process has used; NaN where /proc does not say. */
function cpuOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10; // in ticks, of which a second has 100
  } catch {
    return Number.NaN;
  }
}

import { parseArgs } from 'node:util';
import { dynamodbCeiling } from './batch/dynamodb-ceiling.js';
import { type Measured, measureBatch, measureNaive } from './batch/measure.js';
import { startBatchStack } from './batch/stack.js';
import { type Figure, report, round } from './support/report.js';

/** `bench:batch`: what a batch job makes of a quota, and what an item costs, beside one activity for each photo. */
const { values: given } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    /** Calls of IndexFaces a second, separated by commas. */
    quotas: { type: 'string' },
    /** Processes of the role `index`, separated by commas. */
    workers: { type: 'string' },
    /** Of each run; tens of them, so that lanes end together. */
    seconds: { type: 'string' },
    /** So many photos in one run without a limit, and nothing beside it: what a million takes. */
    items: { type: 'string' },
  },
});
const whole = given.items === undefined ? undefined : Number(given.items);
const quotas = (given.quotas ?? (whole ? 'none' : given.quick ? '50,none' : '50,200,1000,none')).split(',');
const processes = (given.workers ?? (whole || given.quick ? '1' : '1,3')).split(',').map(Number);
const seconds = Number(given.seconds ?? (given.quick ? 10 : 60));

/** What two cores come to, more or less: as many items as keep an unlimited run busy for that time. */
const FASTEST = given.quick ? 150 : 250;
const NAIVE_FASTEST = given.quick ? 15 : 25;

const bucket = 'bench-photos';
const itemsAt = (quota: string) =>
  whole ?? Math.round(seconds * Math.min(FASTEST, quota === 'none' ? FASTEST : Number(quota)));
const naiveItems = Math.round(seconds * NAIVE_FASTEST);
const prefixOf = (quota: string, workers: number) => `q${quota}w${workers}/`;
const prefixes = Object.fromEntries(
  processes.flatMap((workers) => [
    ...quotas.map((quota) => [prefixOf(quota, workers), itemsAt(quota)] as const),
    [prefixOf('naive', workers), naiveItems] as const,
  ]),
);

const stack = await startBatchStack({ bucket, prefixes });
try {
  const figures: Figure[] = [];
  const workflows = await stack.startWorker('identity');
  for (const count of processes) {
    const index = await Promise.all(Array.from({ length: count }, () => stack.startWorker('index')));
    let fastest: Measured | undefined;
    for (const quota of quotas) {
      const run = {
        ...{ bucket, prefix: prefixOf(quota, count), items: itemsAt(quota) },
        ...(quota === 'none' ? {} : { quota: Number(quota) }),
      };
      const measured = await measureBatch(stack, { workflows, index }, run);
      figures.push(
        ...figuresOf(`quota ${quota}, ${count} worker${count > 1 ? 's' : ''}`, measured, run.quota),
      );
      if (quota === 'none') fastest = measured;
    }
    await Promise.all(index.map((worker) => worker.close()));
    if (!fastest || whole) continue;
    const naive = await naiveRun(count);
    figures.push(...compared(`one activity a photo, ${count} worker${count > 1 ? 's' : ''}`, naive, fastest));
  }
  await workflows.close();
  if (quotas.includes('none') && !whole) figures.push(...(await dynamodbCeiling(stack, seconds * 100)));
  report('Batch index', figures, given);
} finally {
  await stack.close();
}
process.exit();

async function naiveRun(count: number): Promise<Measured> {
  const workflows = await stack.startWorker('naive-workflows');
  const index = await Promise.all(Array.from({ length: count }, () => stack.startWorker('naive-photos')));
  const run = { bucket, prefix: prefixOf('naive', count), items: naiveItems };
  try {
    return await measureNaive(stack, { workflows, index }, run);
  } finally {
    await Promise.all([workflows, ...index].map((worker) => worker.close()));
  }
}

function figuresOf(of: string, measured: Measured, quota?: number): Figure[] {
  const { cpu, heap, resident } = measured;
  const megabytes = (bytes: number) => round(bytes / 1_048_576);
  const ofQuota: Figure[] =
    quota === undefined
      ? []
      : [
          {
            name: `${of}: of the quota, in steady state`,
            value: round((measured.steadyTps / quota) * 100),
            unit: '%',
            target: { at: 'least', value: 97 },
          },
          {
            name: `${of}: throttled`,
            value: round(measured.throttled * 100, 2),
            unit: '% of calls',
            target: { at: 'most', value: 1 },
          },
        ];
  return [
    ...ofQuota,
    { name: `${of}: items, in steady state`, value: round(measured.steadyTps), unit: '/s' },
    {
      name: `${of}: history`,
      value: round(measured.eventsPerItem, 4),
      unit: 'events an item',
      target: { at: 'most', value: 0.1 },
    },
    { name: `${of}: history in bytes`, value: round(measured.bytesPerItem), unit: 'bytes an item' },
    { name: `${of}: CPU of index workers`, value: round(cpu.index, 2), unit: 'ms an item' },
    { name: `${of}: CPU of the workflow worker`, value: round(cpu.workflows, 2), unit: 'ms an item' },
    { name: `${of}: CPU of Temporal`, value: round(cpu.temporal, 2), unit: 'ms an item' },
    { name: `${of}: CPU of the twin`, value: round(cpu.twin, 2), unit: 'ms an item' },
    { name: `${of}: heap at a fifth`, value: megabytes(heap.start), unit: 'MB' },
    { name: `${of}: heap at the end`, value: megabytes(heap.end), unit: 'MB' },
    {
      name: `${of}: growth of the heap`,
      value: round(heap.end / heap.start, 2),
      unit: '×',
      target: { at: 'most', value: 1.25 },
    },
    { name: `${of}: resident at a fifth`, value: megabytes(resident.start), unit: 'MB' },
    { name: `${of}: resident at the end`, value: megabytes(resident.end), unit: 'MB' },
    {
      name: `${of}: ${measured.items} items took`,
      value: measured.seconds,
      unit: 's',
      ...ofMillions(measured),
    },
    { name: `${of}: load at its end`, value: round(measured.load, 2), unit: '' },
  ];
}

/** A million within 90 minutes, and more of them likewise. */
function ofMillions({ items }: Measured): Pick<Figure, 'target'> {
  return items < 1_000_000 ? {} : { target: { at: 'most', value: (items / 1_000_000) * 5_400 } };
}

function compared(of: string, naive: Measured, ours: Measured): Figure[] {
  const total = ({ cpu: { index, workflows, temporal } }: Measured) => index + workflows + temporal;
  const times = (one: number, other: number) => round(one / other, 1);
  return [
    { name: `${of}: items, in steady state`, value: round(naive.steadyTps), unit: '/s' },
    { name: `${of}: history`, value: round(naive.eventsPerItem, 2), unit: 'events an item' },
    { name: `${of}: history in bytes`, value: round(naive.bytesPerItem), unit: 'bytes an item' },
    { name: `${of}: CPU of workers and Temporal`, value: round(total(naive), 1), unit: 'ms an item' },
    { name: `${of}: load at its end`, value: round(naive.load, 2), unit: '' },
    { name: `${of}: items/s, ours of its`, value: times(ours.steadyTps, naive.steadyTps), unit: '×' },
    { name: `${of}: events, its of ours`, value: times(naive.eventsPerItem, ours.eventsPerItem), unit: '×' },
    { name: `${of}: bytes, its of ours`, value: times(naive.bytesPerItem, ours.bytesPerItem), unit: '×' },
    { name: `${of}: CPU without the twin, its of ours`, value: times(total(naive), total(ours)), unit: '×' },
  ];
}

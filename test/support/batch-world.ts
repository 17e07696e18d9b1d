import { activityInfo, Context } from '@temporalio/activity';
import type { Batch } from '../../activities/batch.js';
import type { ChunkResult, LanePace } from '../../domain/batch/chunk.js';
import { countKey, type ItemCounts, type ItemReason } from '../../domain/batch/item.js';
import type { BatchState } from '../../domain/batch/job.js';
import { sideOf } from '../../domain/batch/pair.js';
import { spansOf } from '../../domain/batch/spans.js';

type Name = keyof Batch;
type Request<K extends Name> = Parameters<Batch[K]>[0];
type Answer<K extends Name> = ReturnType<Batch[K]>;

/** Replaces an activity of a batch job; `happy` has the effect of the fake, `nth` counts the tries of each, from 1. */
export type BatchFakes = {
  [K in Name]?: (request: Request<K>, happy: () => Answer<K>, nth: number) => Answer<K>;
};

/** What became of an item in the end, and how often it was indexed. */
interface LedgerRow {
  chunk: number;
  outcome: string;
  indexed: number;
}

/** A source of numbered photos, and what a job made of them. */
export interface BatchWorld {
  /** Every try of every activity, in the order they began. */
  calls: { name: Name; request: never }[];
  requests<K extends Name>(name: K): Request<K>[];
  saved: BatchState[];
  /** By number of the item. */
  ledger: Map<number, LedgerRow>;
  /** Which items come to nothing, and why; taken off when it is mended. */
  bad: Map<number, { status: 'rejected' | 'dead_letter'; reason: ItemReason }>;
  activities: Batch;
}

const names: readonly Name[] = [
  'splitSource',
  'indexChunk',
  'settleChunk',
  'listDeadLetters',
  'countFaces',
  'searchChunk',
  'rollbackChunk',
  'writeReport',
  'saveBatch',
  'planSource',
  'resolvePair',
];

const worlds = new Map<string, BatchWorld>();

/** Makes the world that activities of this workflow act on: a source of so many photos. */
export function batchWorld(workflowId: string, items: number, fakes: BatchFakes = {}): BatchWorld {
  const world: BatchWorld = {
    calls: [],
    requests: (name) =>
      world.calls.filter((call) => call.name === name).map(({ request }) => request as never),
    saved: [],
    ledger: new Map(),
    bad: new Map(),
    activities: {} as BatchWorld['activities'],
  };
  const happy = happyActivities(world, items);
  const entries = names.map((name) => [
    name,
    async (request: never) => {
      world.calls.push({ name, request });
      const nth = world.calls.filter((call) => call.name === name).length;
      const answer = happy[name] as (request: never) => unknown;
      const fake = fakes[name] as
        | ((request: never, happy: () => unknown, nth: number) => unknown)
        | undefined;
      return fake ? fake(request, () => answer(request), nth) : answer(request);
    },
  ]);
  world.activities = Object.fromEntries(entries) as BatchWorld['activities'];
  worlds.set(workflowId, world);
  return world;
}

/** Every activity of batch jobs, answered by the world of the workflow that asks. */
export function routedBatch(): Batch {
  const answer = (name: Name) => async (request: never) => {
    const world = worlds.get(activityInfo().workflowExecution?.workflowId ?? '');
    if (!world) throw new Error('A batch job of another test.');
    return (world.activities[name] as (request: never) => unknown)(request);
  };
  return Object.fromEntries(names.map((name) => [name, answer(name)])) as unknown as Batch;
}

/** Heartbeats until the activity is cancelled, and throws then. */
export async function untilCancelled(): Promise<never> {
  const context = Context.current();
  const beating = setInterval(() => context.heartbeat(), 50);
  try {
    return await context.cancelled;
  } finally {
    clearInterval(beating);
  }
}

function happyActivities(world: BatchWorld, items: number): Batch {
  const { ledger, bad } = world;
  /** What a chunk had come to before a retry, by chunk and round. */
  const rounds = new Map<string, ItemCounts>();

  function work(chunk: number, numbers: readonly number[]): void {
    for (const number of numbers) {
      const { status, reason } = bad.get(number) ?? { status: 'indexed' as const };
      const indexed = (ledger.get(number)?.indexed ?? 0) + (status === 'indexed' ? 1 : 0);
      ledger.set(number, { chunk, outcome: countKey({ status, ...(reason ? { reason } : {}) }), indexed });
    }
  }
  const inChunk = (chunk: number) => [...ledger].filter(([, row]) => row.chunk === chunk);
  const countsOf = (chunk: number): ItemCounts => {
    const counts: Record<string, number> = {};
    for (const [, { outcome }] of inChunk(chunk)) counts[outcome] = (counts[outcome] ?? 0) + 1;
    return counts;
  };
  const isDead = (outcome: string, reasons: readonly ItemReason[]) =>
    outcome.startsWith('dead_letter/') &&
    (reasons.length === 0 || reasons.some((reason) => outcome.endsWith(`/${reason}`)));
  const result = (chunk: number, pace: LanePace, called: Partial<ChunkResult>): ChunkResult => ({
    items: inChunk(chunk).length,
    counts: countsOf(chunk),
    calls: {},
    throttled: 0,
    pace: { next: { ...pace.next, IndexFaces: 1 }, allowed: pace.allowed },
    ...called,
  });

  return {
    async splitSource({ position, chunkItems, chunks, remaining = items }) {
      let from = position?.kind === 'keys' ? Number(position.after || -1) + 1 : 0;
      const end = Math.min(items, from + remaining);
      const ranges = [];
      while (ranges.length < chunks && from < end) {
        const to = Math.min(end, from + chunkItems);
        const after = from === 0 ? '' : String(from - 1);
        ranges.push({ range: { kind: 'keys' as const, after, through: String(to - 1) }, items: to - from });
        from = to;
      }
      return from < items
        ? { chunks: ranges, position: { kind: 'keys', after: String(from - 1) } }
        : { chunks: ranges };
    },
    async indexChunk({ chunk, range, pace, retry }) {
      const round = `${chunk} ${retry?.round}`;
      const before = rounds.get(round) ?? countsOf(chunk);
      rounds.set(round, before);
      const numbers = retry
        ? inChunk(chunk).flatMap(([number, { outcome }]) => (isDead(outcome, retry.reasons) ? [number] : []))
        : numbersOf(range);
      work(chunk, numbers);
      const called = { calls: { IndexFaces: numbers.length } };
      return result(chunk, pace, retry ? { ...called, before } : called);
    },
    async settleChunk({ chunk, round }) {
      const counted =
        round === undefined ? {} : { before: rounds.get(`${chunk} ${round}`) ?? countsOf(chunk) };
      return { items: inChunk(chunk).length, counts: countsOf(chunk), ...counted, calls: {}, throttled: 0 };
    },
    async listDeadLetters({ reasons }) {
      const chunks = [...ledger.values()].flatMap(({ chunk, outcome }) =>
        isDead(outcome, reasons) ? [chunk] : [],
      );
      return { chunks: spansOf(chunks) };
    },
    async countFaces() {
      const faces = [...ledger.values()].reduce((sum, { indexed }) => sum + indexed, 0);
      return { faces, collections: 2 };
    },
    async searchChunk({ chunk, pace }) {
      const searched = countsOf(chunk).indexed ?? 0;
      return { ...result(chunk, pace, { calls: { SearchFaces: searched } }), searched, pairs: 1 };
    },
    async rollbackChunk({ chunk, pace }) {
      const before = countsOf(chunk);
      for (const [, row] of inChunk(chunk)) {
        if (row.outcome === 'indexed') Object.assign(row, { outcome: 'rejected/rolled_back', indexed: 0 });
      }
      return result(chunk, pace, { before, calls: { DeleteFaces: 1 } });
    },
    async writeReport({ state }) {
      return { bucket: 'bucket-of-the-tests', prefix: `reports/${state.jobId}/` };
    },
    async saveBatch({ state }) {
      world.saved.push(state);
    },
    async planSource({ elsewhere }) {
      const sample = { looked: 0, jpeg: 0, png: 0, other: 0, missing: 0, bytes: 0 };
      const sizes = { over15Mb: 0, over5Mb: 0 };
      return { items, unusable: {}, badLines: [], sizes, sample, elsewhere, shards: [] };
    },
    async resolvePair({ decision }) {
      const side = sideOf(decision);
      return { resolved: decision.resolution, ...(side ? { side } : {}) };
    },
  };
}

function numbersOf(range: Parameters<Batch['indexChunk']>[0]['range']): number[] {
  if (range?.kind !== 'keys') throw new Error('A source of the tests has keys.');
  const from = Number(range.after || -1) + 1;
  return Array.from({ length: Number(range.through) - from + 1 }, (_, index) => from + index);
}

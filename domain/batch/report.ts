import type { Tenant } from '../session.js';
import { countKey, type ItemCounts } from './item.js';
import type { BatchApi, BatchState } from './job.js';
import type { WorkByPhase } from './phase-work.js';
import { unsettledMessage } from './unsettled.js';

/** Pairs of duplicates by how alike their faces are. */
export interface PairCounts {
  pairs: number;
  /** Not resolved yet. */
  open: number;
  /** How many pairs there are from a similarity (a whole number, 0–100) up to the next one. */
  similarities: Readonly<Record<string, number>>;
}

/** What a job came to: numbers, and nothing of a person. */
export interface BatchReport {
  jobId: string;
  account: string;
  mode: Tenant['mode'];
  status: BatchState['status'];
  spec: BatchState['spec'];
  /** Photos of the source that the job met; all of them where `listed`. What `counts` add up to. */
  items: number;
  listed: boolean;
  counts: ItemCounts;
  /** What is to be known of a job that was cancelled (`unsettled.ts`). */
  message?: string;
  /** What the list of items says, counted while it was written. */
  ledger: ItemCounts;
  /** Whether every photo came to one thing, and the two say the same, but for users who were erased meanwhile. */
  addsUp: boolean;
  /** Milliseconds since the epoch. */
  createdAt: number;
  endedAt: number;
  /** From the beginning to the end, pauses too, milliseconds. */
  wallMs: number;
  itemsPerSecond: number;
  /** What each phase that calls Rekognition took, without pauses. */
  work: WorkByPhase;
  /** Calls a second over the wall time. */
  tps: Readonly<Partial<Record<BatchApi, number>>>;
  calls: Readonly<Partial<Record<BatchApi, number>>>;
  throttled: number;
  /** US dollars, by the price table. */
  cost: number;
  duplicates?: PairCounts & { searched: number };
  samples: BatchState['samples'];
  actions: BatchState['actions'];
  /** The list of items, in parts: one after the other they are one CSV. */
  files: readonly string[];
}

/** Everything about a job in the bucket begins with this. */
export function reportPrefix({ account, mode }: Tenant, jobId: string): string {
  return `reports/${account}/${mode}/${jobId}/`;
}

/** Few enough to be in memory, and to be written anew when one of its users is erased: 25,000 items at most. */
const CHUNKS_A_PART = 50;

/** A part of the list of items: a file, and the chunks whose items are in it. Only the first one begins with a header. */
export interface ReportPart {
  file: string;
  /** From 0. */
  from: number;
  /** Not included. */
  to: number;
}

/** The part that a chunk is in. Its name does not depend on how many chunks there are: whoever erases does not know. */
export function reportPartOf(chunk: number): ReportPart {
  const at = Math.floor(chunk / CHUNKS_A_PART);
  const file = `items-${String(at + 1).padStart(5, '0')}.csv`;
  return { file, from: at * CHUNKS_A_PART, to: (at + 1) * CHUNKS_A_PART };
}

/** @param chunks of the job, all of them; a job that met nothing has a list too */
export function reportParts(chunks: number): ReportPart[] {
  const parts = Math.max(1, Math.ceil(chunks / CHUNKS_A_PART));
  return Array.from({ length: parts }, (_, at) => {
    const part = reportPartOf(at * CHUNKS_A_PART);
    return { ...part, to: Math.min(chunks, part.to) };
  });
}

/** The report of a job that ends. */
export function reportOf(
  { account, mode }: Tenant,
  state: BatchState,
  found: { ledger: ItemCounts; pairs?: PairCounts },
): BatchReport {
  const { jobId, status, spec, items, listed, counts, createdAt, updatedAt, calls, throttled, cost } = state;
  const endedAt = state.endedAt ?? updatedAt;
  const message = unsettledMessage(state);
  const wallMs = Math.max(1, endedAt - createdAt);
  const seconds = wallMs / 1_000;
  const tps = Object.fromEntries(Object.entries(calls).map(([api, made]) => [api, made / seconds]));
  return {
    jobId,
    account,
    mode,
    status,
    spec,
    items,
    listed,
    counts,
    ...(message === undefined ? {} : { message }),
    ledger: found.ledger,
    addsUp: sumOf(counts) === items && isSame(counts, found.ledger),
    createdAt,
    endedAt,
    wallMs,
    itemsPerSecond: items / seconds,
    work: calling(state.work ?? {}),
    tps,
    calls,
    throttled,
    cost,
    ...(found.pairs ? { duplicates: { searched: state.duplicates?.searched ?? 0, ...found.pairs } } : {}),
    samples: state.samples,
    actions: state.actions,
    files: reportParts(state.chunks.begun).map(({ file }) => file),
  };
}

const calling = (work: WorkByPhase): WorkByPhase =>
  Object.fromEntries(Object.entries(work).filter(([, { calls }]) => calls > 0));

const sumOf = (counts: ItemCounts) => Object.values(counts).reduce((sum, count) => sum + count, 0);

/** Users who were erased meanwhile have left one line each for a photo, which says no more of it. */
function isSame(counts: ItemCounts, ledger: ItemCounts): boolean {
  const others = [...Object.keys(counts), ...Object.keys(ledger)].filter((key) => key !== ERASED);
  const changed = others.map((key) => (counts[key] ?? 0) - (ledger[key] ?? 0));
  return (
    sumOf(counts) === sumOf(ledger) &&
    changed.every((fewer) => fewer === 0 || (fewer > 0 && ERASED in ledger))
  );
}

const ERASED = countKey({ status: 'skipped', reason: 'user_erasing' });

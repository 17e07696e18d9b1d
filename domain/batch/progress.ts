import type { BatchApi, BatchPhase, BatchSample, BatchState } from './job.js';
import { PACE_SHARE } from './pace.js';
import { ratesAt } from './rate-windows.js';
import { deadLetters } from './tally.js';

/** How far a job is, and how fast. */
export interface Progress {
  /** 0–1 of the phase; absent while it is not known how much there is. */
  share?: number;
  /** Of the last minutes. */
  itemsPerSecond: number;
  /** Calls to Rekognition that were not throttled, all APIs together, of the last minutes. */
  callsPerSecond: number;
  /** 0–1 of the calls of the last minutes. */
  throttledShare: number;
  /** What `callsPerSecond` may be now; absent: no limit. */
  allowedCallsPerSecond?: number;
  /** Of the phase, at the speed of the last minutes; absent while nothing moves or nobody can know. */
  secondsLeft?: number;
}

/** Chunks that have not ended, and are not counted in what the job says of itself. */
export interface UnderWay {
  chunks: number;
  /** Of theirs, how many are done. */
  items: number;
}

/** The last minutes. */
const RECENT_MS = 180_000;
/** Then the last stretch is over although no other one began: nothing ends any more. */
const QUIET_MS = 60_000;
/** What is told at the end of a chunk was done in the seconds before. */
const CHUNK_MS = 10_000;

/**
 * @param now milliseconds since the epoch
 * @param underWay where it is known: a job whose chunks take minutes moves on within them
 */
export function progressOf(state: BatchState, now: number, underWay?: UnderWay): Progress {
  const { items, calls, throttled, ms } = recent(state.samples, now);
  const perSecond = (count: number) => (ms > 0 ? (count * 1_000) / ms : 0);
  // Of a retry what fails again is done by the chunk and not by the job.
  const part = state.phase === 'retry' ? partOf(state) : withUnderWay(partOf(state), underWay);
  const allowedCallsPerSecond = allowedNow(state, now);
  const itemsPerSecond = perSecond(items);
  const moves = state.status === 'running' && itemsPerSecond > 0;
  return {
    itemsPerSecond,
    callsPerSecond: perSecond(calls - throttled),
    throttledShare: calls > 0 ? throttled / calls : 0,
    ...(part ? { share: part.of === 0 ? 1 : Math.min(1, part.done / part.of) } : {}),
    ...(allowedCallsPerSecond === undefined ? {} : { allowedCallsPerSecond }),
    ...(part && moves ? { secondsLeft: Math.max(0, part.of - part.done) / itemsPerSecond } : {}),
  };
}

/** Never all of it: that is said once chunks have ended. */
function withUnderWay(part: { done: number; of: number } | undefined, underWay: UnderWay | undefined) {
  if (!part || !underWay) return part;
  return {
    ...part,
    done: Math.max(part.done, Math.min(part.done + underWay.items, part.of - underWay.chunks)),
  };
}

/** How much of the phase is done; undefined while it is not known how much there is. */
function partOf(state: BatchState): { done: number; of: number } | undefined {
  const { counts, items, listed, spec, phase } = state;
  const sumOf = (fits: (key: string) => boolean) =>
    Object.entries(counts).reduce((sum, [key, count]) => sum + (fits(key) ? count : 0), 0);
  const indexed = counts.indexed ?? 0;
  switch (phase) {
    case 'index': {
      const of = listed ? items : spec.limit;
      return of === undefined ? undefined : { done: sumOf(() => true), of };
    }
    case 'retry':
      return { done: items - deadLetters(counts), of: items };
    case 'duplicates':
      return { done: state.duplicates?.searched ?? 0, of: indexed };
    case 'rollback': {
      const gone = sumOf((key) => key.endsWith('/rolled_back'));
      return { done: gone, of: gone + indexed };
    }
    case 'report':
    case 'ended':
      return { done: 1, of: 1 };
  }
}

const apisOf: Readonly<Record<BatchPhase, readonly BatchApi[]>> = {
  index: ['DetectFaces', 'IndexFaces'],
  retry: ['DetectFaces', 'IndexFaces'],
  duplicates: ['SearchFaces', 'SearchFacesByImage'],
  rollback: ['DeleteFaces'],
  report: [],
  ended: [],
};

/** The slowest API of those that the phase calls holds the others back: each item needs them all. */
function allowedNow({ spec, phase, calls, allowed }: BatchState, now: number): number | undefined {
  const [first, ...others] = apisOf[phase].filter((api) => (calls[api] ?? 0) > 0);
  const apis = first ? [first, ...others] : apisOf[phase].slice(-1);
  const rates = ratesAt(spec, now);
  const limits = apis.flatMap((api) => rates[api] ?? []);
  return limits.length === 0 ? undefined : Math.min(...limits) * apis.length * PACE_SHARE * allowed;
}

/** What was done of late, and in how much time. */
function recent(samples: readonly BatchSample[], now: number) {
  const late = samples.filter(({ at }) => at > now - RECENT_MS);
  const [first, last] = [late[0], late.at(-1)];
  if (!first || !last) return { items: 0, calls: 0, throttled: 0, ms: 0 };
  // The last stretch is not over yet. So what ended within it is left out, and so is its time.
  const whole = first === last || now - last.at > QUIET_MS;
  const counted = whole ? late : late.slice(0, -1);
  const ms = whole ? now - first.at + CHUNK_MS : last.at - first.at;
  const sum = (of: 'items' | 'calls' | 'throttled') => counted.reduce((total, each) => total + each[of], 0);
  return { items: sum('items'), calls: sum('calls'), throttled: sum('throttled'), ms };
}

import {
  ActivityFailure,
  ApplicationFailure,
  condition,
  TemporalFailure,
  workflowInfo,
} from '@temporalio/workflow';
import type { ChunkResult, LanePace } from '../domain/batch/chunk.js';
import { itemsWithin } from '../domain/batch/cost.js';
import type { BatchApi } from '../domain/batch/job.js';
import { inSmallChunks, type Lanes, lanesFor } from '../domain/batch/lanes.js';
import { afterThrottledTries } from '../domain/batch/pace.js';
import { nextChange, ratesAt } from '../domain/batch/rate-windows.js';
import { TRIES_OF_A_CHUNK } from './batch.js';
import type { Job } from './batch-job.js';
import { failures } from './failures.js';

/** What a lane works on a chunk with. */
export interface Means {
  pace: LanePace;
  concurrency: number;
  tries?: number;
}

/** So short is a chunk that lanes which wait for each other do not wait long. */
export const SHORT_CHUNK = 100;

/** Temporal warns of histories of 10,240 events: then the lanes wait, however long. */
const MOST_EVENTS = 8_000;

/** It is time for another run. */
export const isLong = () => workflowInfo().continueAsNewSuggested;

/** The chunks of a phase, for the lanes to take. */
export interface Chunks<Chunk> {
  numberOf(chunk: Chunk): number;
  /** About so many items are in it. */
  itemsOf(chunk: Chunk): number;
  /** What is called for an item, each as often as it is named: the slowest says how fast items go. */
  perItem: readonly BatchApi[];
  /** There is one to take, or to look for. */
  isWaiting(): boolean;
  /** Nothing waits, and nothing comes but what lanes give back. */
  isEmpty(): boolean;
  /** The next one; undefined where it has to be looked for first. */
  take(lanes: Lanes): Chunk | undefined;
  /** Takes no longer than lanes may wait for each other; or the next ones would not be shorter. */
  isShort(chunk: Chunk): boolean;
  work(chunk: Chunk, means: Means): Promise<ChunkResult>;
  ended(chunk: Chunk, result: ChunkResult): void;
  /** Nothing is known of what came of it. It is the next one to be taken, unless the job was cancelled. */
  giveBack(chunk: Chunk): void;
}

/**
 * Has lanes work on chunks, each on one after the other, until there are none left, something else is to be done, or it is time
 * for another run. Every lane has come to its end afterwards: what goes from run to run is small, and nothing is on its way.
 * @param isInterrupted something else is to be done
 */
export async function onLanes<Chunk>(
  job: Job,
  chunks: Chunks<Chunk>,
  isInterrupted: () => boolean,
): Promise<void> {
  const { held } = job;
  const busy = new Map<number, Chunk>();
  /** Chunks become short before another run, so that the quota is used while lanes wait for the last one to end. */
  const isRunOver = () =>
    isLong() && (workflowInfo().historyLength > MOST_EVENTS || [...busy.values()].every(chunks.isShort));
  const isOver = () => isInterrupted() || isRunOver();
  /** What the cost ceiling has room for beside what is under way; close to it chunks get small, and lanes wait. */
  const affordable = () => {
    const underWay = [...busy.values()].reduce((sum, chunk) => sum + chunks.itemsOf(chunk), 0);
    return itemsWithin(job.state().spec.costCeiling, job.state(), chunks.perItem, underWay, job.input.prices);
  };
  const lanesNow = () => {
    const { spec, status } = job.state();
    const room = affordable();
    const lanes = lanesFor(ratesAt(spec, Date.now()), chunks.perItem, spec.limit);
    const mayBegin = status === 'running' && (room > 0 || busy.size === 0);
    return { ...inSmallChunks(lanes, room), free: mayBegin ? firstFree(lanes.lanes, busy) : undefined };
  };

  async function work(lane: number, chunk: Chunk, { rates, concurrency }: Lanes): Promise<void> {
    busy.set(lane, chunk);
    const number = chunks.numberOf(chunk);
    const { next, allowed } = held.lanes[lane] ?? { next: {}, allowed: job.state().allowed };
    try {
      const tries = held.tries?.[number];
      const means = { pace: { rates, next, allowed }, concurrency, ...(tries ? { tries } : {}) };
      const result = await job.stoppable(() => chunks.work(chunk, means));
      held.lanes[lane] = result.pace;
      // What lanes had learnt that are there no more says nothing of those that are; a job that rests will have them again.
      const { lanes } = lanesNow();
      if (lanes > 0) held.lanes.splice(lanes);
      chunks.ended(chunk, result);
      const { [number]: _, ...others } = held.tries ?? {};
      held.tries = others;
    } catch (error) {
      chunks.giveBack(chunk);
      if (job.isStopped() && error instanceof TemporalFailure) return;
      const passes = cameToNothing(error);
      held.tries = { ...held.tries, [number]: (held.tries?.[number] ?? 0) + (passes ? TRIES_OF_A_CHUNK : 1) };
      if (!passes) job.block(error);
      else if (passes.throttled) held.lanes[lane] = afterThrottledTries({ next, allowed });
    } finally {
      busy.delete(lane);
    }
  }

  while (!isOver()) {
    const { free, ...lanes } = lanesNow();
    const chunk = free === undefined ? undefined : chunks.take(lanes);
    if (free !== undefined && chunk !== undefined) void work(free, chunk, lanes);
    else if (chunks.isEmpty() && busy.size === 0) break;
    else {
      await untilRatesChange(
        job,
        () => lanesNow().lanes === 0,
        () =>
          isOver() ||
          (chunks.isEmpty() && busy.size === 0) ||
          (chunks.isWaiting() && lanesNow().free !== undefined),
      );
    }
  }
  await condition(() => busy.size === 0);
}

/** All of its tries have failed, and none of them with what an operator must mend. */
function cameToNothing(failure: unknown): { throttled: boolean } | undefined {
  if (!(failure instanceof ActivityFailure) || failure.retryState !== 'MAXIMUM_ATTEMPTS_REACHED')
    return undefined;
  const { cause } = failure;
  return { throttled: cause instanceof ApplicationFailure && cause.type === failures.throttled };
}

/** Lanes keep their numbers, so that each goes on with its own turns. */
function firstFree(lanes: number, busy: ReadonlyMap<number, unknown>): number | undefined {
  for (let lane = 0; lane < lanes; lane++) if (!busy.has(lane)) return lane;
  return undefined;
}

/** Or until `met`. A job that rests sets a timer; one that runs meets other rates when its next chunk begins. */
async function untilRatesChange(job: Job, rests: () => boolean, met: () => boolean): Promise<void> {
  const { spec } = job.state();
  const isResting = rests();
  const changed = () => met() || job.state().spec !== spec || rests() !== isResting;
  const until = isResting ? nextChange(spec, Date.now()) : undefined;
  if (until === undefined) await condition(changed);
  else await condition(changed, Math.max(1, until - Date.now()), { summary: 'until the job may go on' });
}

import type { ChunkResult } from '../domain/batch/chunk.js';
import type { BatchApi } from '../domain/batch/job.js';
import { countChunk, indexChunk, listDeadLetters, rollbackChunk, searchChunk } from './batch.js';
import type { Job } from './batch-job.js';
import type { Chunks, Means } from './batch-lanes.js';
import type { Walk } from './batch-messages.js';
import { callsOfAnItem } from './batch-ranges.js';

/** Chunks that were begun before, by number; what is done with each is all that such phases differ in. */
interface Steps<Result extends ChunkResult> {
  perItem: readonly BatchApi[];
  work(chunk: number, means: Means): Promise<Result>;
  ended(chunk: number, result: Result): void;
}

/** Everything the job has indexed, searched for other people who are the same. */
export function searchesOf(job: Job): Chunks<number> {
  const { input, held, state } = job;
  const { tenant, jobId, policy } = input;
  return walk(job, held.duplicates, {
    perItem: ['SearchFaces', 'SearchFacesByImage'],
    work: (chunk, means) => searchChunk({ tenant, jobId, policy, chunk, ...means }),
    ended(_, result) {
      const { searched = 0, pairs = 0 } = state().duplicates ?? {};
      // A chunk whose dead letters were tried again afterwards is searched once more.
      const most = state().counts.indexed ?? 0;
      const duplicates = {
        searched: Math.min(most, searched + result.searched),
        pairs: pairs + result.pairs,
      };
      job.count({ ...result, counts: {} }, { duplicates });
    },
  });
}

/** Everything the job has indexed, taken back. */
export function rollbacksOf(job: Job): Chunks<number> {
  const { input, held } = job;
  const { tenant, jobId } = input;
  return walk(job, held.rollback, {
    perItem: ['DeleteFaces'],
    work: (chunk, means) => rollbackChunk({ tenant, jobId, chunk, ...means }),
    ended: (_, result) => job.count(result),
  });
}

/** Those with dead letters that are to be tried again. */
export async function retriesOf(job: Job): Promise<Chunks<number>> {
  const { input, held, state } = job;
  const { tenant, jobId, policy } = input;
  const reasons = held.retry?.reasons ?? held.asked ?? [];
  if (!held.retry) {
    delete held.asked;
    const { begun } = state().chunks;
    const found = await job.step(() => listDeadLetters({ tenant, jobId, reasons, chunks: begun }));
    held.retry = { reasons, left: [...(found?.chunks ?? [])] };
  }
  const left: Walk = { again: held.retry.left, next: Number.POSITIVE_INFINITY };
  return walk(job, left, {
    perItem: callsOfAnItem(state().spec),
    work: (chunk, means) =>
      indexChunk({ tenant, jobId, policy, spec: state().spec, chunk, retry: reasons, ...means }),
    ended(chunk, result) {
      job.count(result);
      const { again, next } = held.duplicates;
      if (chunk < next && !again.includes(chunk)) again.push(chunk);
    },
  });
}

/** Adds what was done of chunks that were broken off by a cancel. */
export async function countCut(job: Job): Promise<void> {
  const { tenant, jobId } = job.input;
  const { cut } = job.held;
  for (let [chunk] = cut; chunk !== undefined; [chunk] = cut) {
    const request = { tenant, jobId, chunk };
    const result = await job.step(() => countChunk(request));
    if (!result) return;
    job.count(result);
    cut.shift();
  }
}

/** Something of it is left, in a job that has begun so many chunks. */
export const isLeft = ({ again, next }: Walk, begun: number): boolean => again.length > 0 || next < begun;

function walk<Result extends ChunkResult>(
  job: Job,
  left: Walk,
  { perItem, work, ended }: Steps<Result>,
): Chunks<number> {
  const isWaiting = () => isLeft(left, job.state().chunks.begun);
  return {
    perItem,
    isWaiting,
    isEmpty: () => !isWaiting(),
    take() {
      if (!isWaiting()) return undefined;
      return left.again.shift() ?? left.next++;
    },
    isShort: () => true,
    work,
    ended: (chunk, result) => ended(chunk, result as Result),
    giveBack: (chunk) => {
      left.again.unshift(chunk);
    },
  };
}

import type { ChunkResult } from '../domain/batch/chunk.js';
import type { BatchApi } from '../domain/batch/job.js';
import { takeChunk, withChunk, withoutChunk } from '../domain/batch/spans.js';
import { deadLetters } from '../domain/batch/tally.js';
import { indexChunk, listDeadLetters, rollbackChunk, searchChunk } from './batch.js';
import type { Job } from './batch-job.js';
import type { Chunks, Means } from './batch-lanes.js';
import type { CarriedJob, Walk } from './batch-messages.js';
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
    perItem: ['SearchFaces', ...Array<BatchApi>(searchesByImage(held)).fill('SearchFacesByImage')],
    work: (chunk, means) => {
      const { searchesEverywhere: everywhere = true } = held;
      return searchChunk({ tenant, jobId, policy, chunk, everywhere, ...means });
    },
    ended(_, result) {
      const { searched = 0, pairs = 0 } = state().duplicates ?? {};
      // A chunk whose dead letters were tried again afterwards is searched once more.
      const most = state().counts.indexed ?? 0;
      const duplicates = {
        searched: Math.min(most, searched + result.searched),
        pairs: pairs + result.pairs,
      };
      job.count({ ...result, counts: {}, worked: result.searched }, { duplicates });
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
    ended: (_, result) => job.count({ ...result, worked: result.before?.indexed ?? 0 }),
  });
}

/** Those with dead letters that are to be tried again. */
export async function retriesOf(job: Job): Promise<Chunks<number>> {
  const { input, held, state } = job;
  const { tenant, jobId, policy } = input;
  if (!held.retry) {
    const reasons = held.asked ?? [];
    delete held.asked;
    const { chunks, revision } = state();
    const found = await job.step(() => listDeadLetters({ tenant, jobId, reasons, chunks: chunks.begun }));
    // Nothing of a chunk counts yet that was begun and came back: only once it has ended it has dead letters.
    const ended = held.again.reduce((spans, { chunk }) => withoutChunk(spans, chunk), found?.chunks ?? []);
    const left = { again: ended, next: Number.MAX_SAFE_INTEGER };
    held.retry = { reasons, round: `retry ${revision}`, left, begun: [] };
  }
  const { reasons, round, begun, left } = held.retry;
  return walk(job, left, {
    perItem: callsOfAnItem(state().spec),
    work(chunk, means) {
      if (!begun.includes(chunk)) begun.push(chunk);
      return indexChunk({
        tenant,
        jobId,
        policy,
        spec: state().spec,
        chunk,
        retry: { reasons, round },
        ...means,
      });
    },
    ended(chunk, result) {
      begun.splice(begun.indexOf(chunk), 1);
      job.count({ ...result, worked: deadLetters(result.before ?? {}, reasons) });
      const { again, next } = held.duplicates;
      if (chunk < next) held.duplicates.again = withChunk(again, chunk);
      // Its faces are newer than what was counted.
      if (held.searchesEverywhere === false) delete held.searchesEverywhere;
    },
  });
}

/** Of a face, in other shards than its own: in all of them, or in those after its own, half of them on average. */
function searchesByImage({ before, searchesEverywhere = true }: CarriedJob): number {
  const others = (before?.collections ?? 2) - 1;
  return searchesEverywhere ? others : Math.ceil(others / 2);
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
      const taken = takeChunk(left.again);
      if (!taken) return left.next++;
      left.again = taken.left;
      return taken.chunk;
    },
    numberOf: (chunk) => chunk,
    itemsOf: () => job.state().items / Math.max(1, job.state().chunks.begun),
    isShort: () => true,
    work,
    ended: (chunk, result) => ended(chunk, result as Result),
    giveBack: (chunk) => {
      left.again = withChunk(left.again, chunk);
    },
  };
}

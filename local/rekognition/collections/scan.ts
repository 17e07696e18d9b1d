import { deskAt, SEGMENT_VECTORS } from './arena.js';
import { scoreKernel, VECTOR_BYTES } from './dot-kernel.js';
import { quantise, SCORE_OF_ONE } from './quantise.js';
import type { WasmMemory } from './web-assembly.js';

/** What to look for, and where. */
export interface ScanJob {
  /** Length one. */
  query: Float32Array;
  /** Byte addresses of segments. */
  segments: readonly number[];
  /** Place of the first segment among all of the collection, and how many vectors the collection has in all. */
  firstSegment: number;
  count: number;
  /** Least cosine. */
  minimum: number;
  /** The best of them at most. */
  limit: number;
}

/** A vector found. */
export interface Hit {
  slot: number;
  cosine: number;
}

/** Scans vectors with one desk of the arena. */
export type Scan = (job: ScanJob) => Hit[];

/** Only one scan at a time may use a desk. */
export function createScan(memory: WasmMemory, desk: number): Scan {
  const score = scoreKernel(memory);
  const { query: queryAt, scores: scoresAt } = deskAt(desk);
  const query = new Int16Array(memory.buffer, queryAt, VECTOR_BYTES / 2);
  const scores = new Int32Array(memory.buffer, scoresAt, SEGMENT_VECTORS);
  return ({ segments, firstSegment, count, minimum, limit, ...job }) => {
    quantise(job.query, query);
    const best = bestOf(limit, Math.ceil(Math.max(-1, minimum) * SCORE_OF_ONE));
    segments.forEach((address, i) => {
      const start = (firstSegment + i) * SEGMENT_VECTORS;
      const here = Math.min(SEGMENT_VECTORS, count - start);
      if (here <= 0) return;
      score(queryAt, address, here, scoresAt);
      for (let k = 0; k < here; k++) {
        const found = scores[k] as number;
        if (found >= best.least && found !== 0) best.add(start + k, found); // 0: a removed vector is all zeros
      }
    });
    return best.hits();
  };
}

/** Collects the `limit` best; `least` rises as better ones come. */
function bestOf(
  limit: number,
  minimum: number,
): { least: number; add(slot: number, score: number): void; hits(): Hit[] } {
  let entries: { slot: number; score: number }[] = [];
  const best = {
    least: minimum,
    add(slot: number, score: number): void {
      entries.push({ slot, score });
      if (entries.length >= limit * 2 + 256) cut();
    },
    hits(): Hit[] {
      cut();
      return entries.map(({ slot, score }) => ({ slot, cosine: score / SCORE_OF_ONE }));
    },
  };
  const cut = (): void => {
    entries.sort((a, b) => b.score - a.score || a.slot - b.slot);
    entries = entries.slice(0, limit);
    if (entries.length === limit) best.least = Math.max(best.least, entries.at(-1)?.score ?? minimum);
  };
  return best;
}

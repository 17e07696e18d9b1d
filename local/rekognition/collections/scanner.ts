import { workerPool } from '../worker-pool.js';
import { type Arena, SEGMENT_VECTORS } from './arena.js';
import { createScan, type Hit, type ScanJob } from './scan.js';

/** Scans collections: small ones at once, large ones in threads. */
export interface Scanner {
  /** The best hits, best first. The segments must not be freed before it answers. */
  scan(job: Omit<ScanJob, 'firstSegment'>): Promise<Hit[]>;
  close(): Promise<void>;
}

/** Up to so many vectors a scan takes less than a message to a thread. */
const AT_ONCE = 4 * SEGMENT_VECTORS;

/** Threads start with the first large collection. */
export function createScanner(arena: Arena, { threads = 2 }: { threads?: number } = {}): Scanner {
  const here = createScan(arena.memory, 0);
  const taken = new Int32Array(new SharedArrayBuffer(4));
  const pool = workerPool<ScanJob, Hit[]>({
    entry: './collections/scan-worker',
    size: threads,
    workerData: { memory: arena.memory, taken },
  });
  return {
    async scan(job) {
      if (job.count <= AT_ONCE) return here({ ...job, firstSegment: 0 });
      const share = Math.ceil(job.segments.length / threads);
      const parts = Array.from({ length: threads }, (_, i) => i * share).map((firstSegment) =>
        pool.run({ ...job, segments: job.segments.slice(firstSegment, firstSegment + share), firstSegment }),
      );
      const hits = (await Promise.all(parts)).flat();
      return hits.sort((a, b) => b.cosine - a.cosine || a.slot - b.slot).slice(0, job.limit);
    },
    close: () => pool.close(),
  };
}

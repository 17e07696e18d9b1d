import { workerData } from 'node:worker_threads';
import { serveJobs } from '../serve-jobs.js';
import { DESKS } from './arena.js';
import { createScan, type Hit, type Scan, type ScanJob } from './scan.js';
import type { WasmMemory } from './web-assembly.js';

const { memory, taken } = workerData as { memory: WasmMemory; taken: Int32Array };
let scan: Scan | undefined;

/** A desk that no other thread has; the main thread has the first. */
function takeDesk(): Scan {
  const desk = 1 + Atomics.add(taken, 0, 1);
  if (desk >= DESKS) throw new Error(`No more than ${DESKS - 1} threads can scan.`);
  return createScan(memory, desk);
}

serveJobs<ScanJob, Hit[]>((job) => {
  scan ??= takeDesk();
  return scan(job);
});

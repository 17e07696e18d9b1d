import type { WorkflowHandle } from '@temporalio/client';
import type { BatchState } from '../../domain/batch/job.js';
import {
  cancelBatch,
  pauseBatch,
  rateBatch,
  resumeBatch,
  retryBatch,
} from '../../workflows/batch-messages.js';
import { type BatchBeginning, beginBatch, type TestBatch } from './batch-runner.js';
import { untilCancelled } from './batch-world.js';
import { TESTER } from './session-fixtures.js';
import type { SessionRunner } from './session-runner.js';
import { operatorMustAct } from './stop-at.js';

/** A batch index whose history is worth keeping. */
interface RecordedBatch {
  /** Also the id of the job, and the name of the file. */
  name: string;
  beginning: BatchBeginning;
  drive?: (job: TestBatch) => Promise<unknown>;
}

const rates = { IndexFaces: 4 };
const isPaused = ({ status }: BatchState) => status === 'paused';
const isCompleted = ({ status }: BatchState) => status === 'completed';
const resume = ({ handle }: TestBatch, changes = {}) =>
  handle.executeUpdate(resumeBatch, { args: [{ ...TESTER, ...changes }] });

/** Every interesting path. */
export const recordedBatches: readonly RecordedBatch[] = [
  { name: 'batch-index-done', beginning: { items: 200, spec: { rates, duplicates: true } } },
  {
    name: 'batch-index-steered',
    beginning: { items: 200, spec: { rates, costCeiling: 0.05 } },
    async drive(job) {
      await job.rests('is at its ceiling', isPaused);
      await job.handle.executeUpdate(rateBatch, { args: [{ ...TESTER, rates: { IndexFaces: 1 } }] });
      await resume(job, { costCeiling: 10 });
    },
  },
  {
    name: 'batch-index-rests',
    beginning: { items: 50, spec: { rates, windows: [{ from: '00:00', to: '24:00', share: 0 }] } },
    async drive({ handle }) {
      await handle.executeUpdate(pauseBatch, { args: [TESTER] });
      // A minute of rest is as good as any, so that a timer is set.
      const windows = [{ from: '00:00', to: '23:59', share: 0 }];
      await handle.executeUpdate(rateBatch, { args: [{ ...TESTER, rates, windows }] });
      await handle.executeUpdate(resumeBatch, { args: [TESTER] });
      await handle.executeUpdate(rateBatch, { args: [{ ...TESTER, rates, windows: [] }] });
    },
  },
  {
    name: 'batch-index-blocked-and-resumed',
    beginning: {
      items: 50,
      fakes: {
        indexChunk: async (_, happy, nth) => (nth === 1 ? Promise.reject(operatorMustAct()) : happy()),
      },
    },
    async drive(job) {
      await job.rests('is blocked', isPaused);
      await resume(job);
    },
  },
  {
    name: 'batch-index-retried',
    beginning: {
      items: 50,
      spec: { rates, duplicates: true },
      bad: [[7, { status: 'dead_letter', reason: 'throttled' }]],
    },
    async drive(job) {
      await job.rests('is completed', isCompleted);
      job.world.bad.clear();
      await job.handle.executeUpdate(retryBatch, { args: [{ ...TESTER, reasons: ['throttled'] }] });
    },
  },
  {
    name: 'batch-index-canceled-with-rollback',
    beginning: {
      items: 260,
      spec: { rates },
      fakes: { indexChunk: async (_, happy, nth) => (nth <= 2 ? happy() : untilCancelled()) },
    },
    async drive({ handle, state }) {
      while ((await state()).chunks.done < 2);
      await handle.executeUpdate(cancelBatch, { args: [{ ...TESTER, rollback: true }] });
    },
  },
];

/** Runs it to its end. */
export async function runBatch(
  sessions: SessionRunner,
  { name, beginning, drive }: RecordedBatch,
): Promise<WorkflowHandle> {
  const job = await beginBatch(sessions, { ...beginning, jobId: name });
  await drive?.(job);
  await job.handle.result();
  return job.handle;
}

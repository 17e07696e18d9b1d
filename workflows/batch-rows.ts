import { condition } from '@temporalio/workflow';
import { saveBatch } from './batch.js';
import type { Job } from './batch-job.js';
import { persist } from './persist.js';

/** A running job's row is no older, as long as something comes of its chunks. */
const EVERY_MS = 30_000;

/** The row of a job. */
export interface Rows {
  /** Waits until everything is written, up to this moment. */
  written(): Promise<void>;
}

/** Keeps the row of a job: at once where it rests, enters a phase or was told something, and now and then while it runs. */
export function keepRows(job: Job): Rows {
  let saved = { milestones: job.milestones(), revision: job.state().revision, at: Date.now() };
  let asked = 0;

  const isBehind = () => job.state().revision > saved.revision;
  const isDue = () =>
    isBehind() && (asked > 0 || job.milestones() > saved.milestones || Date.now() - saved.at >= EVERY_MS);

  async function keep(): Promise<never> {
    for (;;) {
      await condition(isDue);
      const saving = { milestones: job.milestones(), revision: job.state().revision, at: Date.now() };
      await persist(() => saveBatch({ tenant: job.input.tenant, state: job.state() }));
      saved = saving;
    }
  }
  void keep();

  return {
    async written() {
      asked += 1;
      await condition(() => !isBehind());
      asked -= 1;
    },
  };
}

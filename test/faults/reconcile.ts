import { IDENTITY_QUEUE } from '../../workflows/task-queues.js';
import { assess } from './assess.js';
import type { Result } from './execute.js';
import { pool } from './pool.js';
import type { Rig } from './rig.js';

/** Walks at once: each goes through its accounts one after the other. */
const WALKS = 8;

/**
 * Has the reconciler mend what it finds in every account that was driven in, and looks again: now nothing at all may be left.
 * @returns the results, with what is left added to their problems
 */
export async function reconciled(rig: Rig, results: readonly Result[]): Promise<Result[]> {
  await Promise.all(
    Array.from({ length: WALKS }, async (_, walk) => {
      const tenants = results
        .filter((_, at) => at % WALKS === walk)
        .flatMap(({ run }) => (run ? [run.tenant] : []));
      if (tenants.length === 0) return;
      await rig.temporal.workflow.execute('reconciliation', {
        workflowId: `fault-sweep-${tenants[0]?.account}`,
        taskQueue: IDENTITY_QUEUE,
        args: [{ tenants, graceMs: 0, mend: true, callsPerSecond: 1_000 }],
      });
    }),
  );
  return pool(WALKS, results, async (result) => {
    const left = result.run && result.problems.length === 0 ? await assess(result.run) : [];
    const more = left.map(({ kind, text }) => ({ kind, text: `after reconciliation, ${text}` }));
    return { ...result, problems: [...result.problems, ...more] };
  });
}

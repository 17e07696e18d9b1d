import { batchPlanWorkflowId, duplicateWorkflowId } from '../../../workflows/ids.js';
import type { FlowEntry } from '../flow.js';
import type { Run } from '../run.js';
import {
  archived,
  archivedFor,
  cameTo,
  command,
  GOOD,
  jobEnded,
  jobIdOf,
  jobRests,
  planOf,
  startJob,
} from './jobs.js';
import { loginUnknown, register, unless } from './people.js';

/**
 * Searches that lag make a pair less, and nothing worse. That a photo is never two faces, whatever Rekognition makes of one that it is
 * given again, is tested at every call of a chunk (test/activities/batch/index-chunk.test.ts), which takes seconds.
 */
const common = { skips: ['no-rule', 'late'] } as const satisfies Partial<FlowEntry>;

const knowsAnn = async (run: Run) =>
  unless('ann logs in', await loginUnknown(run, 'known', 'one'), 'verified', 'ann');

const zoeRegisters = async (run: Run) =>
  unless('zoe registers', await register(run, 'again', 'zoe', 'two'), 'verified');

/** An archive is indexed, one person is found under two user ids, and an operator removes the second one. */
const batch: FlowEntry = {
  ...common,
  name: 'batch',
  // A job writes its row again and again: one of these writes is like another.
  sweeps: ({ activity, nth }) => activity !== 'saveBatch' || nth === 1,
  async prepare(run) {
    const { names } = await archivedFor(run);
    const [first = '', second = ''] = [names.get('ann/1.jpg') ?? '', names.get('bob/1.jpg') ?? ''].sort();
    run.follow('decision', duplicateWorkflowId(run.tenant, jobIdOf(run), { first, second }));
  },
  async drive(run) {
    const ending = await jobEnded(run, 'job', await startJob(run));
    const [first = '', second = ''] = run.workflowId('decision').split('/').slice(-2);
    const bob = run.rig.identities.subject(run.tenant, 'bob');
    const body = {
      pair: `${first}~${second}`,
      resolution: 'remove',
      face: first.startsWith(bob) ? 'first' : 'second',
    };
    const http = await command(run, 'duplicates/resolve', body);
    return [
      ending,
      { role: 'decision', http, status: http === 200 ? 'done' : 'processing', reasons: [], userId: null },
    ];
  },
  right: ([job, decision]) => cameTo(job, 'completed', GOOD) && decision?.status === 'done',
  wrong: ([job, decision]) => !cameTo(job, 'completed', GOOD) || decision?.status !== 'done',
  again: knowsAnn,
};

/** Nothing is written, so there is nothing to be left. */
const plan: FlowEntry = {
  ...common,
  name: 'batch-plan',
  async prepare(run) {
    await archived(run);
    run.follow('plan', batchPlanWorkflowId(run.tenant, planOf(run).planId));
  },
  async drive(run) {
    const reply = await planOf(run)
      .ask()
      .catch(() => undefined);
    const status = reply?.body?.items === 4 ? 'done' : 'blocked';
    return [{ role: 'plan', http: reply?.status ?? 0, status, reasons: [], userId: null }];
  },
  right: ([ending]) => ending?.status === 'done',
  again: async (run) => unless('ann registers', await register(run, 'again', 'ann', 'one'), 'verified'),
};

/** Of a photo that Rekognition could not read, which is asked for again. */
const retry: FlowEntry = {
  ...common,
  name: 'batch-retry',
  sweeps: ({ activity }) => activity === 'listDeadLetters',
  async prepare(run) {
    await archivedFor(run);
    run.rig.twin.faults.addRule({
      ...{ service: 'rekognition', operation: 'IndexFaces', when: 'before', times: 1 },
      match: `${run.tenant.account}/test/bob/`,
      error: { name: 'InvalidS3ObjectException', status: 400, message: 'not now' },
    });
    const first = await jobEnded(run, 'job', await startJob(run));
    if (!first.reasons.includes('dead_letter/access_denied 1'))
      throw new Error(`The start was not brought about: ${first.status} ${first.reasons}.`);
  },
  async drive(run) {
    const asked = await command(run, 'retry');
    const isIndexed = ({
      status,
      phase,
      counts,
    }: {
      status: string;
      phase: string;
      counts: Record<string, number>;
    }) => status === 'completed' && phase === 'ended' && counts.indexed === 3;
    return [await jobEnded(run, 'job', asked, isIndexed)];
  },
  right: ([job]) => cameTo(job, 'completed', GOOD),
  wrong: ([job]) => !cameTo(job, 'completed', GOOD),
  // Bob and ann are the same as long as nobody has decided about them.
  again: zoeRegisters,
};

/** A cancel meets a job that rests in the midst of its chunk: its worker may not do what it does, as far as it knows. */
const cancel: FlowEntry = {
  ...common,
  name: 'batch-cancel',
  sweeps: ({ activity }) => activity === 'settleChunk',
  async prepare(run) {
    await archivedFor(run);
    const target = { workflowId: run.workflowId('job'), activity: 'indexChunk', nth: 1 };
    await run.rig.worker.obey([{ id: `${target.workflowId} blocked`, ...target, act: 'denied' }]);
    await startJob(run);
    await jobRests(run, 'blocked');
  },
  drive: async (run) => [await jobEnded(run, 'job', await command(run, 'cancel'))],
  right: ([job]) => cameTo(job, 'canceled', GOOD),
  wrong: ([job]) => !cameTo(job, 'canceled', GOOD),
  again: zoeRegisters,
};

/** A cancel that takes back what a job has indexed before it met its cost ceiling. */
const rollback: FlowEntry = {
  ...common,
  name: 'batch-rollback',
  sweeps: ({ activity }) => activity === 'rollbackChunk',
  async prepare(run) {
    await archivedFor(run);
    await startJob(run, { cost_ceiling: 0.000_001 });
    await jobRests(run, 'cost_ceiling');
  },
  drive: async (run) => [await jobEnded(run, 'job', await command(run, 'cancel', { rollback: true }))],
  right: ([job]) => cameTo(job, 'canceled', BACK),
  wrong: ([job]) => !cameTo(job, 'canceled', BACK),
  again: async (run) => unless('bob registers', await register(run, 'again', 'bob', 'one'), 'verified'),
};

const BACK = { 'rejected/unreadable': 1, 'skipped/rolled_back': 3 };

export const batches: readonly FlowEntry[] = [batch, plan, retry, cancel, rollback];

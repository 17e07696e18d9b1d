import type { Client, WorkflowHandle } from '@temporalio/client';
import { endedErasure } from '../../domain/erasure.js';
import { IDENTITY_QUEUE } from '../../workflows/task-queues.js';
import { type HousekeepingFakes, housekeepingWorld } from './housekeeping-world.js';
import { photoRef } from './session-fixtures.js';
import { operatorMustAct } from './stop-at.js';

/** A workflow beside those of sessions whose history is worth keeping. */
interface RecordedHousekeeping {
  /** Also the name of the file, and the end of the workflow's id. */
  name: string;
  workflow: 'erasure' | 'reconciliation';
  fakes: HousekeepingFakes;
}

const tenant = { account: 'acme', mode: 'test' } as const;
const inputs = {
  erasure: { tenant, subject: 'subject2222222222222222222', requestedBy: 'key' },
  reconciliation: { tenants: [tenant], graceMs: 3_600_000, mend: true, callsPerSecond: 20 },
};

const erasing: HousekeepingFakes = {
  markErasing: async () => ({ hadFaces: true, lastPhoto: photoRef('selfie'), erasureIds: [], jobs: 0 }),
  readUnderWay: async () => ({ open: [] }),
  fenceFaces: async () => {},
  listStores: async () => ({ stores: ['faces', 'sessions'] }),
  eraseStore: async (_, nth) => ({ erased: nth <= 2 ? 1 : 0 }),
  eraseRemaining: async () => ({ remaining: [] }),
  saveErasure: async () => {},
  finishErasure: async ({ erasure, remaining, hadFaces }) =>
    endedErasure(erasure, { emptied: true, remaining, hadFaces, retentionMs: 86_400_000, at: Date.now() }),
};

const walking: HousekeepingFakes = {
  listPlaces: async () => ({ places: [{ kind: 'rows' }, { kind: 'faces', tenant, collection: 'c' }] }),
  reconcilePage: async ({ position }) => ({
    page: { examined: { rows: 1 }, findings: [] },
    erase: [],
    ...(position ? {} : { next: 'second' }),
  }),
  saveReport: async () => {},
};

/** Every interesting path of both. */
export const recordedHousekeeping: readonly RecordedHousekeeping[] = [
  { name: 'erasure-done', workflow: 'erasure', fakes: erasing },
  {
    name: 'erasure-of-nobody',
    workflow: 'erasure',
    fakes: {
      ...erasing,
      markErasing: async () => ({ hadFaces: false, erasureIds: [], jobs: 0 }),
      eraseStore: async () => ({ erased: 0 }),
    },
  },
  {
    name: 'erasure-stops-a-session',
    workflow: 'erasure',
    fakes: {
      ...erasing,
      readUnderWay: async (_, nth) => (nth === 1 ? { holder: 'vs_gone', open: ['vs_gone'] } : { open: [] }),
    },
  },
  {
    name: 'erasure-incomplete',
    workflow: 'erasure',
    fakes: { ...erasing, eraseRemaining: async () => ({ remaining: [{ collection: 'c', faces: 1 }] }) },
  },
  { name: 'reconciliation-done', workflow: 'reconciliation', fakes: walking },
  {
    name: 'reconciliation-not-examined',
    workflow: 'reconciliation',
    fakes: { ...walking, reconcilePage: async () => Promise.reject(operatorMustAct()) },
  },
];

/** Runs it to its end. */
export async function runHousekeeping(
  client: Client,
  { name, workflow, fakes }: RecordedHousekeeping,
): Promise<WorkflowHandle> {
  const workflowId = `${workflow}/acme/test/${name}`;
  housekeepingWorld(workflowId, fakes);
  const handle = await client.workflow.start(workflow, {
    workflowId,
    taskQueue: IDENTITY_QUEUE,
    args: [inputs[workflow]],
    staticSummary: workflow,
  });
  await handle.result();
  return handle;
}

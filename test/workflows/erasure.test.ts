import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type Erasure, endedErasure } from '../../domain/erasure.js';
import type { ImageRef } from '../../domain/image-ref.js';
import type { ErasureInput } from '../../workflows/erasure.js';
import { erasureWorkflowId } from '../../workflows/ids.js';
import { IDENTITY_QUEUE } from '../../workflows/task-queues.js';
import { type HousekeepingFakes, housekeepingWorld } from '../support/housekeeping-world.js';
import { devSessions, timeSkippingSessions } from '../support/session-environments.js';
import { photoRef, policyWith } from '../support/session-fixtures.js';
import type { SessionRunner } from '../support/session-runner.js';
import { operatorMustAct } from '../support/stop-at.js';

const tenant = { account: 'acme', mode: 'test' } as const;
const lastPhoto: ImageRef = photoRef('selfie');
const SECOND = 1_000;

describe('an erasure', function () {
  this.timeout(60_000);
  let sessions: SessionRunner;
  before(async function () {
    sessions = await timeSkippingSessions(this);
  });

  /** A user with three faces, and a session with two rows, whom nobody holds. */
  function happy(): HousekeepingFakes {
    const held = new Map([
      ['faces', 3],
      ['sessions', 2],
      ['user', 0],
    ]);
    return {
      markErasing: async () => ({ hadFaces: true, lastPhoto, erasureIds: [], jobs: 0 }),
      readUnderWay: async () => ({ open: [] }),
      fenceFaces: async () => {},
      listStores: async () => ({ stores: [...held.keys()] }),
      eraseStore: async ({ store }) => {
        const erased = held.get(store) ?? 0;
        held.set(store, 0);
        return { erased };
      },
      eraseRemaining: async () => ({ remaining: [] }),
      saveErasure: async () => {},
      finishErasure: async ({ erasure, emptied, remaining, hadFaces }) =>
        endedErasure(erasure, { emptied, remaining, hadFaces, retentionMs: undefined, at: Date.now() }),
    };
  }

  async function erase(
    fakes: HousekeepingFakes,
    drive?: (workflowId: string) => Promise<unknown>,
    { client } = sessions,
  ) {
    const subject = randomUUID();
    const workflowId = erasureWorkflowId(tenant, subject);
    const calls = housekeepingWorld(workflowId, { ...happy(), ...fakes });
    const handle = await client.workflow.start<(input: ErasureInput) => Promise<Erasure>>('erasure', {
      workflowId,
      taskQueue: IDENTITY_QUEUE,
      args: [{ tenant, subject, requestedBy: 'key' }],
    });
    await drive?.(workflowId);
    const receipt = await handle.result();
    const { startTime, closeTime } = await handle.describe();
    const took = Number(closeTime) - Number(startTime);
    const called = (name: string) => calls.filter((call) => call.name === name).length;
    return { receipt, calls: calls.map(({ name }) => name), called, took };
  }

  it('empties every store until a pass finds nothing, and searches last', async () => {
    const { receipt, calls, called } = await erase({});
    assert.deepEqual(
      calls.filter((name, at) => name !== calls[at - 1]),
      [
        'markErasing',
        'saveErasure',
        'readUnderWay',
        'markErasing',
        'fenceFaces',
        'listStores',
        'eraseStore',
        'saveErasure',
        'eraseStore',
        'saveErasure',
        'eraseRemaining',
        'finishErasure',
      ],
    );
    assert.equal(called('eraseStore'), 6);
    assert.equal(receipt.status, 'done');
    assert.deepEqual(
      receipt.stores.map(({ store, erased }) => [store, erased]),
      [
        ['faces', 3],
        ['sessions', 2],
        ['user', 0],
      ],
    );
  });

  it('keeps the mark until batch jobs that run know of it, and no longer', async () => {
    const marked = (jobs: number) => async () => ({ hadFaces: true, lastPhoto, erasureIds: [], jobs });
    const running = await erase({ markErasing: marked(2) });
    assert.ok(running.took >= 15_000 && running.took < 20_000, `${running.took} ms`);
    assert.deepEqual([running.receipt.status, running.calls.at(-1)], ['done', 'finishErasure']);
    const alone = await erase({ markErasing: marked(0) });
    assert.ok(alone.took < 10_000, `${alone.took} ms`);
  });

  it('removes what the last search finds and searches again; what it still finds is in the receipt', async () => {
    const found = (faces: number) => ({ remaining: [{ collection: 'c', faces }] });
    const once = await erase({
      eraseRemaining: async (_, nth) => (nth === 1 ? found(2) : { remaining: [] }),
    });
    assert.deepEqual([once.receipt.status, once.receipt.remaining], ['done', []]);
    assert.equal(once.receipt.stores.find(({ store }) => store === 'faces')?.erased, 5);
    const always = await erase({ eraseRemaining: async () => found(1) });
    assert.deepEqual([always.receipt.status, always.receipt.remaining], ['incomplete', found(1).remaining]);
  });

  it('is incomplete where even the last pass found something', async () => {
    const { receipt, called } = await erase({ eraseStore: async () => ({ erased: 1 }) });
    assert.deepEqual([receipt.status, called('eraseStore')], ['incomplete', 15]);
  });

  it('waits for a chunk of a batch job to let go, and has nothing to cancel', async () => {
    const batch = 'bj_aaaaaaaaaaaaaaaaaaaaaaaaaa.3';
    const asked: (readonly string[])[] = [];
    const { receipt, called } = await erase({
      readUnderWay: async (_, nth) => (nth < 3 ? { holder: batch, open: [] } : { open: [] }),
      eraseStore: async ({ sessions }) => {
        asked.push(sessions);
        return { erased: 0 };
      },
    });
    assert.deepEqual([receipt.status, called('readUnderWay')], ['done', 3]);
    assert.deepEqual(asked.flat(), []);
  });

  it('ends the wait of a session that ended and keeps photos', async function () {
    // The time-skipping server loses its way where one workflow cancels another.
    const onDevServer = await devSessions(this);
    const session = await onDevServer.begin('authentication', {
      input: { policy: policyWith({ retention: { selfie: { days: 30 } } }) },
    });
    assert.equal((await session.rests('verified')).status, 'verified');
    const fakes: HousekeepingFakes = {
      readUnderWay: async () => ({ open: [], asleep: [session.input.sessionId] }),
    };
    const { receipt } = await erase(fakes, undefined, onDevServer);
    const { status, updatedAt } = await session.handle.result();
    assert.deepEqual([receipt.status, status], ['done', 'verified']);
    const { closeTime } = await session.handle.describe();
    assert.ok(Number(closeTime) - updatedAt < 3_600 * SECOND);
    assert.equal(session.requests('discardPhotos').length, 1);
  });

  it('is incomplete where faces were known and no photo is left to search with', async () => {
    const none = { eraseRemaining: async () => ({}) };
    const known = await erase({
      ...none,
      markErasing: async () => ({ hadFaces: true, erasureIds: [], jobs: 0 }),
    });
    assert.deepEqual([known.receipt.status, known.receipt.remaining], ['incomplete', undefined]);
    assert.equal(known.called('eraseRemaining'), 0);
    const nobody = await erase({
      ...none,
      markErasing: async () => ({ hadFaces: false, erasureIds: [], jobs: 0 }),
    });
    assert.equal(nobody.receipt.status, 'done');
  });

  it('waits for an operator where no retry helps, and cannot be cancelled', async () => {
    const { receipt, took } = await erase(
      {
        eraseStore: async (_, nth) => (nth === 1 ? Promise.reject(operatorMustAct()) : { erased: 0 }),
      },
      (workflowId) => sessions.client.workflow.getHandle(workflowId).cancel(),
    );
    assert.equal(receipt.status, 'done');
    assert.ok(took >= 60 * SECOND, `${took} ms`);
  });
});

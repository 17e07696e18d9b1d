import assert from 'node:assert/strict';
import { cancelBatch, resumeBatch, retryBatch } from '../../workflows/batch-messages.js';
import { accounted, beginBatch } from '../support/batch-runner.js';
import { devSessions } from '../support/session-environments.js';
import { TESTER } from '../support/session-fixtures.js';
import type { SessionRunner } from '../support/session-runner.js';
import { gate, operatorMustAct } from '../support/stop-at.js';

const dead = { status: 'dead_letter', reason: 'throttled' } as const;

describe('a retry of a batch index', function () {
  this.timeout(30_000);
  let sessions: SessionRunner;
  before(async function () {
    sessions = await devSessions(this);
  });

  const retry = { args: [{ ...TESTER, reasons: [] }] as const };

  it('is under way as soon as it is asked for', async () => {
    const job = await beginBatch(sessions, { items: 65, bad: [[1, dead]] });
    await job.rests('is completed', ({ status }) => status === 'completed');
    job.world.bad.clear();
    const asked = await job.handle.executeUpdate(retryBatch, { args: [...retry.args] });
    assert.deepEqual([asked.status, asked.phase, asked.endedAt], ['running', 'retry', undefined]);
    const state = await job.handle.result();
    assert.deepEqual([accounted({ world: job.world, state }), state.counts], [[], { indexed: 65 }]);
  });

  it('waits for a higher ceiling where the job has met its own', async () => {
    const job = await beginBatch(sessions, {
      items: 20,
      bad: [[1, dead]],
      spec: { rates: {}, costCeiling: 0.02 },
    });
    await job.rests('is completed', ({ status }) => status === 'completed');
    job.world.bad.clear();
    await job.handle.executeUpdate(retryBatch, { args: [...retry.args] });
    await job.rests('is at its ceiling', ({ pausedFor }) => pausedFor === 'cost_ceiling');
    assert.equal(job.world.requests('indexChunk').length, 1, 'nothing is tried before that');
    await job.handle.executeUpdate(resumeBatch, { args: [{ ...TESTER, costCeiling: 1 }] });
    assert.deepEqual((await job.handle.result()).counts, { indexed: 20 });
  });

  it('searches anew where others may have faces by then', async () => {
    const now = [0, 19, 50];
    const job = await beginBatch(sessions, {
      items: 20,
      bad: [[1, dead]],
      spec: { duplicates: true },
      fakes: { countFaces: async (_, __, nth) => ({ faces: now[nth - 1] ?? 0, collections: 2 }) },
    });
    await job.rests('is completed', ({ status }) => status === 'completed');
    job.world.bad.clear();
    await job.handle.executeUpdate(retryBatch, { args: [...retry.args] });
    await job.handle.result();
    const searches = job.world.requests('searchChunk').map(({ everywhere }) => everywhere);
    assert.deepEqual(searches, [false, true]);
  });

  it('is done after a cancel of Temporal that came too late for anything', async () => {
    const [reporting, saving] = [gate(), gate()];
    const job = await beginBatch(sessions, {
      items: 65,
      bad: [[1, dead]],
      fakes: {
        async writeReport(_, happy, nth) {
          if (nth === 1) await reporting.wait();
          return happy();
        },
        async saveBatch({ state }, happy) {
          if (state.status === 'completed') await saving.wait();
          return happy();
        },
      },
    });
    await reporting.reached;
    await job.handle.cancel();
    reporting.open();
    await saving.reached;
    job.world.bad.clear();
    await job.handle.executeUpdate(retryBatch, { args: [...retry.args] });
    saving.open();
    const state = await job.handle.result();
    assert.deepEqual([state.status, state.counts], ['completed', { indexed: 65 }]);
  });

  it('is not begun where a cancel comes first', async () => {
    const stop = gate();
    const job = await beginBatch(sessions, {
      items: 65,
      fakes: {
        async indexChunk(_, happy) {
          await stop.wait();
          return happy();
        },
      },
    });
    await stop.reached;
    await job.handle.executeUpdate(retryBatch, { args: [...retry.args] });
    await job.handle.executeUpdate(cancelBatch, { args: [{ ...TESTER, rollback: false }] });
    stop.open();
    const state = await job.handle.result();
    assert.deepEqual([state.status, job.world.requests('listDeadLetters')], ['canceled', []]);
  });

  it('leaves alone a chunk that came back from its lane, of which nothing counts yet', async () => {
    const job = await beginBatch(sessions, {
      items: 65,
      bad: [[1, dead]],
      fakes: {
        async indexChunk(_, happy, nth) {
          const result = await happy();
          if (nth === 1) throw operatorMustAct();
          return result;
        },
      },
    });
    await job.rests('is blocked', ({ status }) => status === 'paused');
    await job.handle.executeUpdate(retryBatch, { args: [...retry.args] });
    await job.handle.executeUpdate(resumeBatch, { args: [TESTER] });
    const state = await job.rests('is completed', ({ status }) => status === 'completed');
    assert.deepEqual(state.counts, { indexed: 64, 'dead_letter/throttled': 1 });
    await job.handle.cancel();
    await job.handle.result();
  });
});

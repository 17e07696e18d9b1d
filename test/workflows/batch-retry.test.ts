import assert from 'node:assert/strict';
import { cancelBatch, retryBatch } from '../../workflows/batch-messages.js';
import { accounted, beginBatch } from '../support/batch-runner.js';
import { devSessions } from '../support/session-environments.js';
import { TESTER } from '../support/session-fixtures.js';
import type { SessionRunner } from '../support/session-runner.js';
import { gate } from '../support/stop-at.js';

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
});

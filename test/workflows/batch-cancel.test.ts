import assert from 'node:assert/strict';
import { unsettledMessage } from '../../domain/batch/unsettled.js';
import { cancelBatch, retryBatch } from '../../workflows/batch-messages.js';
import { accounted, beginBatch } from '../support/batch-runner.js';
import { untilCancelled } from '../support/batch-world.js';
import { eventually } from '../support/eventually.js';
import { devSessions } from '../support/session-environments.js';
import { TESTER } from '../support/session-fixtures.js';
import type { SessionRunner } from '../support/session-runner.js';

const dead = { status: 'dead_letter', reason: 'throttled' } as const;

describe('a batch index that is cancelled', function () {
  this.timeout(30_000);
  let sessions: SessionRunner;
  before(async function () {
    sessions = await devSessions(this);
  });

  it('cancels it: what is indexed stays, what was begun is stopped, and that is reported', async () => {
    const job = await beginBatch(sessions, {
      items: 100,
      spec: { rates: { IndexFaces: 1 } },
      fakes: {
        indexChunk: async (request, happy, nth) => {
          if (nth === 1) return happy();
          job.world.ledger.set(65, { chunk: request.chunk, outcome: 'indexed', indexed: 1 });
          return untilCancelled();
        },
      },
    });
    await eventually('the second chunk runs', () => job.world.ledger.has(65));
    await job.handle.executeUpdate(cancelBatch, { args: [{ ...TESTER, rollback: false }] });
    const state = await job.handle.result();
    assert.deepEqual([state.status, state.counts, state.items], ['canceled', { indexed: 66 }, 66]);
    assert.equal(job.world.requests('writeReport')[0]?.state.status, 'canceled');
    assert.ok(state.report);
  });

  it('settles what a cancel broke off before it takes anything back, so that nothing of a dead worker stays', async () => {
    const job = await beginBatch(sessions, {
      items: 65,
      spec: { rates: { IndexFaces: 1 } },
      fakes: {
        indexChunk: async () => untilCancelled(),
        settleChunk: async ({ chunk, range, spec }, happy) => {
          assert.ok(range && spec.source.kind === 'prefix');
          // It was indexed, and its worker died before it wrote that down.
          job.world.ledger.set(7, { chunk, outcome: 'indexed', indexed: 1 });
          return happy();
        },
      },
    });
    await eventually('the chunk runs', () => job.world.requests('indexChunk').length > 0);
    await job.handle.executeUpdate(cancelBatch, { args: [{ ...TESTER, rollback: true }] });
    const state = await job.handle.result();
    assert.deepEqual(accounted({ world: job.world, state }), []);
    assert.deepEqual([state.counts, state.items, state.listed], [{ 'rejected/rolled_back': 1 }, 1, false]);
  });

  it('comes to its end though the source can be read no more, and says so', async () => {
    const job = await beginBatch(sessions, {
      items: 65,
      spec: { rates: { IndexFaces: 1 } },
      fakes: {
        indexChunk: async () => untilCancelled(),
        settleChunk: async () => ({
          items: 0,
          counts: {},
          calls: { IndexFaces: 3 },
          throttled: 1,
          unread: true,
        }),
      },
    });
    await eventually('the chunk runs', () => job.world.requests('indexChunk').length > 0);
    await job.handle.executeUpdate(cancelBatch, { args: [{ ...TESTER, rollback: false }] });
    const state = await job.handle.result();
    assert.deepEqual([state.status, state.items, state.listed, state.unsettled], ['canceled', 0, false, 1]);
    assert.deepEqual([state.calls, state.throttled], [{ IndexFaces: 3 }, 1]);
    assert.match(unsettledMessage(state) ?? '', /^1 part of the source/);
  });

  it('counts right what a retry had done when a cancel broke it off', async () => {
    const job = await beginBatch(sessions, {
      items: 65,
      spec: { rates: { IndexFaces: 1 } },
      bad: [
        [1, dead],
        [2, dead],
      ],
      fakes: {
        async indexChunk({ retry }, happy) {
          const result = await happy();
          return retry ? untilCancelled() : result;
        },
      },
    });
    const first = await job.rests('is completed', ({ status }) => status === 'completed');
    job.world.bad.delete(1);
    await job.handle.executeUpdate(retryBatch, { args: [{ ...TESTER, reasons: [] }] });
    await eventually('one of two is indexed', () => job.world.ledger.get(1)?.outcome === 'indexed');
    await job.handle.executeUpdate(cancelBatch, { args: [{ ...TESTER, rollback: false }] });
    const state = await job.handle.result();
    assert.deepEqual(first.counts, { indexed: 63, 'dead_letter/throttled': 2 });
    assert.deepEqual(state.counts, { indexed: 64, 'dead_letter/throttled': 1 });
    assert.deepEqual([accounted({ world: job.world, state }), state.items], [[], 65]);
  });
});

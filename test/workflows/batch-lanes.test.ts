import assert from 'node:assert/strict';
import { pauseBatch, rateBatch, resumeBatch } from '../../workflows/batch-messages.js';
import { beginBatch } from '../support/batch-runner.js';
import { eventually } from '../support/eventually.js';
import { devSessions } from '../support/session-environments.js';
import { TESTER } from '../support/session-fixtures.js';
import type { SessionRunner } from '../support/session-runner.js';
import { gate, throttled } from '../support/stop-at.js';

describe('the lanes of a batch index', function () {
  this.timeout(30_000);
  let sessions: SessionRunner;
  before(async function () {
    sessions = await devSessions(this);
  });

  it('say what throttling leaves of the rates, those alone that are there', async () => {
    const stop = gate();
    const job = await beginBatch(sessions, {
      items: 1_600,
      spec: { rates: { IndexFaces: 200 } },
      fakes: {
        async indexChunk({ chunk }, happy) {
          if (chunk < 3) await stop.wait();
          const { pace, ...result } = await happy();
          return { ...result, pace: { ...pace, allowed: chunk === 0 || chunk > 3 ? 1 : 0.1 } };
        },
      },
    });
    await stop.reached;
    await job.handle.executeUpdate(rateBatch, { args: [{ ...TESTER, rates: { IndexFaces: 1 } }] });
    stop.open();
    const { allowed, counts } = await job.handle.result();
    assert.deepEqual([allowed, counts], [1, { indexed: 1_600 }]);
  });

  it('give a chunk back that comes to nothing, so that a pause reaches it, and go on slower', async () => {
    const job = await beginBatch(sessions, {
      items: 65,
      spec: { rates: { IndexFaces: 1 } },
      fakes: {
        async indexChunk(_, happy, nth) {
          // Each of the first five is tried again at once.
          if (nth <= 5) throw throttled('0.1s');
          return happy();
        },
      },
    });
    await eventually('it was tried', () => job.world.requests('indexChunk').length > 0);
    await job.handle.executeUpdate(pauseBatch, { args: [TESTER] });
    await eventually('it came back', async () => job.world.requests('indexChunk').length === 5);
    await job.handle.executeUpdate(resumeBatch, { args: [TESTER] });
    const { status, counts } = await job.handle.result();
    assert.deepEqual([status, counts], ['completed', { indexed: 65 }]);
    const asked = job.world.requests('indexChunk').map(({ pace, tries }) => [pace.allowed, tries]);
    assert.deepEqual(asked.slice(4), [
      [1, undefined],
      [0.5, 5],
    ]);
  });
});

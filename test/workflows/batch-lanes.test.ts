import assert from 'node:assert/strict';
import { rateBatch } from '../../workflows/batch-messages.js';
import { beginBatch } from '../support/batch-runner.js';
import { devSessions } from '../support/session-environments.js';
import { TESTER } from '../support/session-fixtures.js';
import type { SessionRunner } from '../support/session-runner.js';
import { gate } from '../support/stop-at.js';

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
});

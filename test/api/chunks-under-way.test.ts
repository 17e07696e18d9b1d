import assert from 'node:assert/strict';
import { Context } from '@temporalio/activity';
import { createBatchFlows } from '../../api/flows/batch-jobs.js';
import type { UnderWay } from '../../domain/batch/progress.js';
import { pauseBatch } from '../../workflows/batch-messages.js';
import { beginBatch } from '../support/batch-runner.js';
import { eventually } from '../support/eventually.js';
import { devSessions } from '../support/session-environments.js';
import { TESTER } from '../support/session-fixtures.js';
import type { SessionRunner } from '../support/session-runner.js';
import { gate } from '../support/stop-at.js';

const tenant = { account: 'acme', mode: 'test' } as const;

describe('chunks of a batch job that are under way', function () {
  this.timeout(30_000);
  let sessions: SessionRunner;
  before(async function () {
    sessions = await devSessions(this);
  });

  it('are told with what their heartbeats say, also where one says nothing, and no more once they have ended', async () => {
    const stop = gate();
    const job = await beginBatch(sessions, {
      items: 130,
      spec: { rates: { IndexFaces: 4 } },
      fakes: {
        indexChunk: async (_, happy, nth) => {
          if (nth === 1) Context.current().heartbeat({ done: 7 });
          await stop.wait();
          return happy();
        },
      },
    });
    const { jobId } = job;
    const flows = createBatchFlows(sessions.client);
    const underWay = async () => {
      const told = await flows.underWay({ tenant, jobId });
      assert.notEqual(told, 'cut_off');
      return told as UnderWay | undefined;
    };
    await eventually('the heartbeat has come', async () => (await underWay())?.items === 7);
    await eventually('the other chunk has begun', async () => (await underWay())?.chunks === 2);
    assert.deepEqual(await underWay(), { chunks: 2, items: 7 });
    stop.open();
    await job.handle.result();
    assert.deepEqual(await underWay(), { chunks: 0, items: 0 });
  });

  it('are none of a job that was ended from outside, which goes on saying that it runs', async () => {
    const { jobId, handle } = await beginBatch(sessions, { items: 100, spec: { rates: { IndexFaces: 1 } } });
    await handle.executeUpdate(pauseBatch, { args: [TESTER] });
    await handle.terminate('by an operator');
    const flows = createBatchFlows(sessions.client);
    await eventually('that is told', async () => (await flows.underWay({ tenant, jobId })) === 'cut_off');
    const asked = await flows.askBatch({ tenant, jobId });
    assert.equal(asked !== 'absent' && asked?.status, 'paused');
  });

  it('are not told where Temporal does not know of the job: then its row has to do', async () => {
    const flows = createBatchFlows(sessions.client);
    const unknown = { tenant, jobId: 'bj_unknown' };
    assert.equal(await flows.underWay(unknown), undefined);
    assert.equal(await flows.askBatch(unknown), 'absent');
  });
});

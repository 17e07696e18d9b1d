import assert from 'node:assert/strict';
import { Context } from '@temporalio/activity';
import { createBatchFlows } from '../../api/flows/batch-jobs.js';
import { beginBatch } from '../support/batch-runner.js';
import { eventually } from '../support/eventually.js';
import { devSessions } from '../support/session-environments.js';
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
    const underWay = () => flows.underWay({ tenant, jobId });
    await eventually('the heartbeat has come', async () => (await underWay())?.items === 7);
    await eventually('the other chunk has begun', async () => (await underWay())?.chunks === 2);
    assert.deepEqual(await underWay(), { chunks: 2, items: 7 });
    stop.open();
    await job.handle.result();
    assert.deepEqual(await underWay(), { chunks: 0, items: 0 });
  });

  it('are not told where Temporal does not know of the job: then its row has to do', async () => {
    const flows = createBatchFlows(sessions.client);
    const unknown = { tenant, jobId: 'bj_unknown' };
    assert.equal(await flows.underWay(unknown), undefined);
    assert.equal(await flows.askBatch(unknown), 'absent');
  });
});

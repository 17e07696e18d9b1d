import assert from 'node:assert/strict';
import { accounted, beginBatch } from '../support/batch-runner.js';
import { eventually } from '../support/eventually.js';
import { devServer, devSessions } from '../support/session-environments.js';
import { policyWith } from '../support/session-fixtures.js';
import { startSessionRunner } from '../support/session-runner.js';

/** Events of a run that are about this large make Temporal suggest another run after about 4 MB of them. */
const LARGE_POLICY = { ...policyWith(), name: 'x'.repeat(350_000) };
const policy = { name: 'large', version: 1 };

describe('a batch index that lasts', function () {
  this.timeout(60_000);

  it('goes on in another run where its history grows long, and loses and doubles nothing', async function () {
    const sessions = await devSessions(this);
    const job = await beginBatch(sessions, {
      items: 8_000,
      policy: LARGE_POLICY,
      spec: { policy, rates: { IndexFaces: 80 }, duplicates: true },
      bad: [
        [3, { status: 'rejected', reason: 'no_face' }],
        [7_999, { status: 'rejected', reason: 'multiple_faces' }],
      ],
    });
    const state = await job.handle.result();
    assert.deepEqual(accounted({ world: job.world, state }), []);
    assert.deepEqual(state.counts, { indexed: 7_998, 'rejected/no_face': 1, 'rejected/multiple_faces': 1 });
    const { begun } = state.chunks;
    assert.deepEqual([state.items, state.chunks.done], [8_000, begun]);
    assert.deepEqual(state.duplicates, { searched: 7_998, pairs: begun });
    const sizes = job.world
      .requests('indexChunk')
      .map(({ range }) => (range?.kind === 'keys' ? Number(range.through) - Number(range.after || -1) : 0));
    assert.equal(sizes.length, begun);
    // Short ones before another run, so that no lane waits long for the last one to end.
    assert.deepEqual([sizes[0], sizes.at(-1), Math.min(...sizes)], [400, 400, 100]);
    const revisions = job.world.saved.map(({ revision }) => revision);
    assert.deepEqual(
      revisions,
      revisions.toSorted((one, other) => one - other),
    );

    const { runId } = await sessions.client.workflow.getHandle(job.handle.workflowId).describe();
    assert.notEqual(runId, job.handle.firstExecutionRunId, 'it took more than one run');
    assert.deepEqual(await job.state(), state);
  });

  it('goes on where it was after its workers were stopped', async function () {
    const server = await devServer(this, 'batch-with-fakes');
    const first = await startSessionRunner(server);
    const job = await beginBatch(first, { items: 1_500, spec: { rates: { IndexFaces: 5 } } });
    await eventually('some chunks have ended', async () => (await job.state()).chunks.done > 3);
    await first.stop();
    const { size } = job.world.ledger;
    assert.ok(size > 0 && size < 1_500, `${size} items`);

    const second = await startSessionRunner(server);
    try {
      const state = await job.handle.result();
      assert.deepEqual(accounted({ world: job.world, state }), []);
      assert.deepEqual(state.counts, { indexed: 1_500 });
    } finally {
      await second.stop();
    }
  });
});

import assert from 'node:assert/strict';
import type { State } from '@temporalio/worker';
import { type Health, serveHealth } from '../../workers/serve-health.js';
import { workerSettings } from '../../workers/settings.js';

describe('the health of a worker process', () => {
  const states: State[] = ['RUNNING', 'RUNNING'];
  let health: Health;
  before(async () => {
    const workers = states.map((_, at) => ({ getState: () => states[at] as State }));
    health = await serveHealth(0, workers);
  });
  after(() => health.close());

  const ask = (path = '/healthz') => fetch(`http://127.0.0.1:${health.port}${path}`);

  it('is good only while each of its workers polls', async () => {
    assert.equal((await ask()).status, 200);
    for (const state of ['INITIALIZED', 'STOPPING', 'DRAINING', 'DRAINED', 'STOPPED', 'FAILED'] as const) {
      states[1] = state;
      const answer = await ask();
      assert.equal(answer.status, 503, state);
      assert.deepEqual(await answer.json(), { workers: ['RUNNING', state] });
    }
    states[1] = 'RUNNING';
    assert.equal((await ask()).status, 200);
    assert.equal((await ask('/')).status, 404);
  });

  it('cannot be served on a port that is taken', async () => {
    await assert.rejects(serveHealth(health.port, []), /EADDRINUSE/);
  });

  it('is served only where IDV_WORKER_HEALTH_PORT is set', () => {
    assert.equal(workerSettings({}).IDV_WORKER_HEALTH_PORT, undefined);
    assert.equal(workerSettings({ IDV_WORKER_HEALTH_PORT: '3002' }).IDV_WORKER_HEALTH_PORT, 3002);
    assert.throws(
      () => workerSettings({ IDV_WORKER_HEALTH_PORT: 'x' }),
      /need mending:\n {2}IDV_WORKER_HEALTH_PORT: /,
    );
  });
});

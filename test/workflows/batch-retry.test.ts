import assert from 'node:assert/strict';
import { retryBatch } from '../../workflows/batch-messages.js';
import { accounted, beginBatch } from '../support/batch-runner.js';
import { devSessions } from '../support/session-environments.js';
import { TESTER } from '../support/session-fixtures.js';
import type { SessionRunner } from '../support/session-runner.js';

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
});

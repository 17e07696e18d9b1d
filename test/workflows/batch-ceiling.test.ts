import assert from 'node:assert/strict';
import type { BatchState } from '../../domain/batch/job.js';
import { cancelBatch, resumeBatch } from '../../workflows/batch-messages.js';
import { beginBatch, type TestBatch } from '../support/batch-runner.js';
import { refusal } from '../support/refusal.js';
import { devSessions } from '../support/session-environments.js';
import { TESTER } from '../support/session-fixtures.js';
import type { SessionRunner } from '../support/session-runner.js';
import { operatorMustAct } from '../support/stop-at.js';

const isAtCeiling = ({ pausedFor }: BatchState) => pausedFor === 'cost_ceiling';

describe('the cost ceiling of a batch index', function () {
  this.timeout(30_000);
  let sessions: SessionRunner;
  before(async function () {
    sessions = await devSessions(this);
  });

  const resume = ({ handle }: TestBatch, costCeiling?: number) =>
    handle.executeUpdate(resumeBatch, {
      args: [{ ...TESTER, ...(costCeiling === undefined ? {} : { costCeiling }) }],
    });

  it('pauses it, and a higher one lets it go on', async () => {
    const job = await beginBatch(sessions, {
      items: 100,
      spec: { rates: { IndexFaces: 1 }, costCeiling: 0.06 },
    });
    const paused = await job.rests('is at its ceiling', isAtCeiling);
    assert.equal(paused.cost, 0.06);
    const { type, details } = await refusal(resume(job));
    assert.deepEqual([type, details], ['CeilingTooLow', { cost: 0.06, costCeiling: 0.06 }]);
    assert.equal((await refusal(resume(job, 0.06))).type, 'CeilingTooLow');
    assert.equal((await resume(job, 1)).spec.costCeiling, 1);
    assert.deepEqual((await job.handle.result()).counts, { indexed: 100 });
  });

  it('is passed by no more than what a small chunk costs, however fast the job is', async () => {
    const job = await beginBatch(sessions, { items: 2_000, spec: { rates: {}, costCeiling: 1.01 } });
    const paused = await job.rests('is at its ceiling', isAtCeiling);
    assert.ok(paused.cost >= 1.01 && paused.cost < 1.01 + 0.025, `${paused.cost}`);
    await job.handle.executeUpdate(cancelBatch, { args: [{ ...TESTER, rollback: false }] });
    await job.handle.result();
  });

  it('is no matter for a rollback that was blocked', async () => {
    const job = await beginBatch(sessions, {
      items: 100,
      spec: { rates: {}, costCeiling: 0.05 },
      fakes: {
        rollbackChunk: async (_, happy, nth) => {
          if (nth === 1) throw operatorMustAct('Let the role delete faces.');
          return happy();
        },
      },
    });
    await job.rests('is at its ceiling', isAtCeiling);
    await job.handle.executeUpdate(cancelBatch, { args: [{ ...TESTER, rollback: true }] });
    await job.rests('is blocked', ({ pausedFor }) => pausedFor === 'blocked');
    await resume(job);
    assert.equal((await job.handle.result()).counts.indexed, undefined);
  });

  it('is no matter for a report that was blocked', async () => {
    const job = await beginBatch(sessions, {
      items: 20,
      spec: { rates: {}, costCeiling: 0.02 },
      fakes: {
        writeReport: async (_, happy, nth) => {
          if (nth === 1) throw operatorMustAct('Let the role write reports.');
          return happy();
        },
      },
    });
    const { cost } = await job.rests(
      'is blocked',
      ({ phase, pausedFor }) => phase === 'report' && pausedFor === 'blocked',
    );
    assert.ok(cost >= 0.02, `${cost}`);
    await resume(job);
    assert.equal((await job.handle.result()).status, 'completed');
  });
});

import assert from 'node:assert/strict';
import { allowedBatchCommands, RETRY_WITHIN_MS, standingOf } from '../../../domain/batch/commands.js';

describe('the commands that a batch job takes', () => {
  const endedAt = 1_000;
  const completed = { status: 'completed', phase: 'ended', endedAt } as const;
  const counts = { indexed: 1, 'dead_letter/throttled': 1 };

  it('are a retry for a week after its end, where it has dead letters', () => {
    const last = endedAt + RETRY_WITHIN_MS - 1;
    assert.deepEqual(allowedBatchCommands({ ...completed, counts }, last), ['retry']);
    assert.deepEqual(allowedBatchCommands({ ...completed, counts }, last + 1), []);
    assert.deepEqual(allowedBatchCommands({ ...completed, counts: { indexed: 2 } }, last), []);
  });

  it('are those that its phase has', () => {
    const running = { status: 'running', phase: 'index', counts } as const;
    assert.deepEqual(allowedBatchCommands(running, 0), ['pause', 'rate', 'retry', 'cancel']);
    assert.deepEqual(allowedBatchCommands({ ...running, phase: 'rollback' }, 0), ['pause', 'rate']);
    assert.deepEqual(allowedBatchCommands({ ...running, phase: 'report' }, 0), []);
    const blocked = { ...running, status: 'paused', phase: 'report' } as const;
    assert.deepEqual(allowedBatchCommands(blocked, 0), ['resume']);
  });

  it('are none while it is being cancelled, until that has something to be paused or resumed', () => {
    const canceling = { rollback: true };
    const running = { status: 'running', phase: 'index', counts, canceling } as const;
    assert.deepEqual(allowedBatchCommands(running, 0), []);
    assert.deepEqual(allowedBatchCommands({ ...running, phase: 'rollback' }, 0), ['pause', 'rate']);
  });
});

describe('where a batch job stands', () => {
  const standings: [state: Parameters<typeof standingOf>[0], says: RegExp][] = [
    [{ status: 'running', phase: 'duplicates' }, /running, in phase duplicates/],
    [{ status: 'running', phase: 'report' }, /phase report\): wait for its end/],
    [{ status: 'paused', phase: 'index' }, /paused in phase index\.$/],
    [{ status: 'paused', phase: 'report' }, /paused in phase report\. .*resume it/],
    [{ status: 'running', phase: 'index', canceling: { rollback: false } }, /being cancelled.*index.*stays/],
    [{ status: 'running', phase: 'index', canceling: { rollback: true } }, /being cancelled.*is removed/],
    [{ status: 'running', phase: 'rollback', canceling: { rollback: true } }, /removes what it has indexed/],
    [{ status: 'paused', phase: 'rollback', canceling: { rollback: true } }, /being cancelled, and paused/],
    [{ status: 'completed', phase: 'ended' }, /has ended as completed/],
  ];
  it('is told with its phase, and what comes next', () => {
    for (const [state, says] of standings) assert.match(standingOf(state), says);
  });
});

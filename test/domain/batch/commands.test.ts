import assert from 'node:assert/strict';
import { allowedBatchCommands, RETRY_WITHIN_MS } from '../../../domain/batch/commands.js';

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
});

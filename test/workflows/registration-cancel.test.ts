import assert from 'node:assert/strict';
import { cancelUpdate } from '../../workflows/messages.js';
import {
  assertNothingLeft,
  beginAndStopAt,
  FACE,
  type Step,
  steps,
  titleOf,
  undone,
} from '../support/registration-steps.js';
import { devSessions } from '../support/session-environments.js';
import { spentIn, TESTER } from '../support/session-fixtures.js';
import type { SessionRunner, TestSession } from '../support/session-runner.js';
import { gate, throttled } from '../support/stop-at.js';

describe('cancel during a registration', () => {
  let sessions: SessionRunner;
  let canceled: Map<Step, Promise<TestSession>>;

  // A commit is not to be interrupted: see below.
  const interruptible = steps.filter(({ name }) => name !== 'commitFace');

  before(async function () {
    this.timeout(60_000);
    sessions = await devSessions(this);
    // All at once: each waits for the heartbeat of a workflow task.
    canceled = new Map(interruptible.map((step) => [step, cancelAt(step)]));
    await Promise.allSettled(canceled.values());
  });

  async function cancelAt(step: Step): Promise<TestSession> {
    const acting = gate();
    const session = await beginAndStopAt(sessions, step, async (happy) => {
      await acting.wait();
      return happy();
    });
    await acting.reached;
    const canceling = await session.handle.startUpdate(cancelUpdate, {
      args: [TESTER],
      waitForStage: 'ACCEPTED',
    });
    acting.open();
    const [answer, state] = await Promise.all([canceling.result(), session.handle.result()]);
    assert.equal(answer.status, 'canceled');
    assert.deepEqual(state, answer);
    return session;
  }

  for (const step of interruptible) {
    it(`${titleOf(step)} has its effect all the same, and is undone`, async () => {
      const session = (await canceled.get(step)) as TestSession;
      assert.deepEqual(undone(session), step.undosAfter ?? step.undos);
      assertNothingLeft(session);
      assert.equal(session.called().at(-1), 'saveSession');
      assert.deepEqual(spentIn(session.requests('saveSession')[0]), Object.values(session.input.photos));
    });
  }

  it('comes too late for a commit: that is verified', async () => {
    const committing = gate();
    const session = await sessions.begin('registration', {
      overrides: {
        commitFace: async (_, happy) => {
          await committing.wait();
          return happy();
        },
      },
    });
    await committing.reached;
    const canceling = await session.handle.startUpdate(cancelUpdate, {
      args: [TESTER],
      waitForStage: 'ACCEPTED',
    });
    committing.open();
    assert.equal((await canceling.result()).status, 'verified');
    assert.deepEqual(undone(session), []);
  });

  it('does not keep a commit whose answer was lost from being tried again', async () => {
    const committing = gate();
    const session = await sessions.begin('registration', {
      overrides: {
        commitFace: async (_, happy, nth) => {
          const answer = await happy();
          if (nth > 1) return answer;
          await committing.wait();
          throw throttled();
        },
      },
    });
    await committing.reached;
    const canceling = await session.handle.startUpdate(cancelUpdate, {
      args: [TESTER],
      waitForStage: 'ACCEPTED',
    });
    committing.open();
    assert.equal((await canceling.result()).status, 'verified');
    assert.deepEqual(session.world.left, { user: true, row: 'active', face: true, photo: true });
  });

  it('is the answer though the step it met then fails', async () => {
    const indexing = gate();
    const session = await sessions.begin('registration', {
      overrides: {
        indexFace: async (_, happy) => {
          await indexing.wait();
          await happy();
          throw throttled();
        },
      },
    });
    await indexing.reached;
    const canceling = await session.handle.startUpdate(cancelUpdate, {
      args: [TESTER],
      waitForStage: 'ACCEPTED',
    });
    indexing.open();
    const state = await canceling.result();
    assert.equal(state.status, 'canceled');
    assert.deepEqual(state.reasons, []);
    assertNothingLeft(session);
  });

  it('means the same when it is sent to the workflow itself', async () => {
    const indexing = gate();
    const session = await sessions.begin('registration', {
      overrides: {
        indexFace: async (_, happy) => {
          await indexing.wait();
          return happy();
        },
      },
    });
    await indexing.reached;
    await session.handle.cancel();
    indexing.open();
    const state = await session.handle.result();
    assert.equal(state.status, 'canceled');
    assert.deepEqual(undone(session), FACE);
    assertNothingLeft(session);
  });
});

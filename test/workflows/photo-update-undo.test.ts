import assert from 'node:assert/strict';
import { cancelUpdate } from '../../workflows/messages.js';
import { steps } from '../support/photo-update-steps.js';
import {
  assertNothingLeft,
  assertUndone,
  beginAndStopAt,
  type Step,
  titleOf,
  undone,
} from '../support/registration-steps.js';
import { devSessions, timeSkippingSessions } from '../support/session-environments.js';
import { TESTER } from '../support/session-fixtures.js';
import type { SessionRunner, TestSession } from '../support/session-runner.js';
import { gate, operatorMustAct } from '../support/stop-at.js';

const flow = 'photo_update';

describe('undo of a photo update', () => {
  let sessions: SessionRunner;
  before(async function () {
    sessions = await timeSkippingSessions(this);
  });

  for (const step of steps) {
    const { refusal, undos } = step;
    if (refusal) {
      const [answer, status] = refusal;
      it(`${titleOf(step)} refuses: ${status}, and the user is as before`, async () => {
        const refuse = async (happy: () => Promise<unknown>) => {
          if (step.name !== 'commitFace') await happy(); // a commit that is refused has no effect
          return answer;
        };
        const session = await beginAndStopAt(sessions, step, refuse, { flow });
        await session.rests(status);
        assert.deepEqual(undone(session), undos);
        assertNothingLeft(session);
        if (status !== 'rejected') await session.handle.executeUpdate(cancelUpdate, { args: [TESTER] });
      });
    }

    it(`${titleOf(step)} needs an operator, though it had its effect: blocked, and the user is as before`, async () => {
      const fail = async (happy: () => Promise<unknown>) => {
        await happy();
        throw operatorMustAct();
      };
      const session = await beginAndStopAt(sessions, step, fail, { flow });
      await session.rests('blocked');
      await assertUndone(session, undos);
      await session.handle.executeUpdate(cancelUpdate, { args: [TESTER] });
      assert.ok(!session.called().includes('replaceFaces'));
    });
  }
});

describe('cancel during a photo update', () => {
  let sessions: SessionRunner;
  let canceled: Map<Step, Promise<TestSession>>;

  // Neither the commit nor what follows it is to be interrupted: see below.
  const interruptible = steps.filter(({ name }) => name !== 'commitFace');

  before(async function () {
    this.timeout(60_000);
    sessions = await devSessions(this);
    // All at once: each waits for the heartbeat of a workflow task.
    canceled = new Map(interruptible.map((step) => [step, cancelAt(step, 'canceled')]));
    await Promise.allSettled(canceled.values());
  });

  async function cancelAt(step: Step, status: string): Promise<TestSession> {
    const acting = gate();
    const wait = async (happy: () => Promise<unknown>) => {
      await acting.wait();
      return happy();
    };
    const session = await beginAndStopAt(sessions, step, wait, { flow, taskTimeout: '3s' });
    await acting.reached;
    const canceling = await session.handle.startUpdate(cancelUpdate, {
      args: [TESTER],
      waitForStage: 'ACCEPTED',
    });
    acting.open();
    assert.equal((await canceling.result()).status, status);
    return session;
  }

  for (const step of interruptible) {
    it(`${titleOf(step)} has its effect all the same, and the user is as before`, async () => {
      const session = (await canceled.get(step)) as TestSession;
      assert.deepEqual(undone(session), step.undosAfter ?? step.undos);
      assertNothingLeft(session);
    });
  }

  for (const name of ['commitFace', 'replaceFaces'] as const) {
    it(`comes too late for ${name}: that is verified, and the old face goes`, async () => {
      const session = await cancelAt({ name, undos: [] }, 'verified');
      assert.deepEqual(undone(session), []);
      assert.deepEqual(session.world.left, {
        ...{ user: true, row: 'active', face: true, photo: true },
        older: 'replaced',
      });
      await session.handle.terminate();
    });
  }
});

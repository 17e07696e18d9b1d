import assert from 'node:assert/strict';
import { cancelUpdate } from '../../workflows/messages.js';
import type { Overrides } from '../support/fake-activities.js';
import {
  assertNothingLeft,
  assertUndone,
  beginAndStopAt,
  steps,
  titleOf,
  undone,
} from '../support/registration-steps.js';
import { timeSkippingSessions } from '../support/session-environments.js';
import { TESTER } from '../support/session-fixtures.js';
import type { SessionRunner, TestSession } from '../support/session-runner.js';
import { operatorMustAct, throttled } from '../support/stop-at.js';

describe('undo of a registration', () => {
  let sessions: SessionRunner;
  before(async function () {
    sessions = await timeSkippingSessions(this);
  });

  const end = async (session: TestSession) => {
    await session.handle.executeUpdate(cancelUpdate, { args: [TESTER] });
    return session.handle.result();
  };

  for (const step of steps) {
    const { refusal, undos } = step;
    if (refusal) {
      const [answer, status] = refusal;
      it(`${titleOf(step)} refuses: ${status}, and everything before it is undone`, async () => {
        const session = await beginAndStopAt(sessions, step, async (happy) => {
          if (step.name !== 'commitFace') await happy(); // a commit that is refused has no effect
          return answer;
        });
        if (status === 'rejected') assert.equal((await session.handle.result()).status, status);
        else {
          await session.rests(status);
          assert.equal((await end(session)).status, 'canceled');
        }
        assert.deepEqual(undone(session), undos);
        assertNothingLeft(session);
      });
    }

    it(`${titleOf(step)} needs an operator, though it had its effect: blocked and undone`, async () => {
      const session = await beginAndStopAt(sessions, step, async (happy) => {
        await happy();
        throw operatorMustAct();
      });
      const state = await session.rests('blocked');
      assert.deepEqual(state.reasons, ['operator_must_act']);
      assert.deepEqual(state.attempts, { used: 0, max: 3 });
      await assertUndone(session, undos);
      assert.equal(session.world.saved.length, 1, 'saved once, as blocked');
      const called = session.called();
      for (const undo of undos) assert.ok(called.indexOf(undo) > called.indexOf('saveSession'), undo);
      assert.equal((await end(session)).status, 'canceled');
      assert.deepEqual(undone(session), undos, 'nothing is undone twice');
    });
  }

  it('waits for the other step of a pair that failed, so that nothing acts after its undo', async () => {
    const session = await sessions.begin('registration', {
      overrides: {
        reserveUser: async (_, happy, nth) => {
          if (nth === 1) throw throttled('1s');
          return happy();
        },
        searchDuplicates: async () => {
          throw operatorMustAct();
        },
      },
    });
    await sessions.pass('1 minute');
    await session.rests('blocked');
    await assertUndone(session, ['releaseUser']);
    assert.ok(session.requests('reserveUser').length > 1, 'the other step came to its end');
    await end(session);
  });

  it('never gives up', async () => {
    const session = await sessions.begin('registration', {
      overrides: {
        commitFace: async () => ({ committed: false }),
        discardPhotos: async (_, happy, nth) => {
          if (nth <= 5) throw throttled();
          return happy();
        },
        removeFace: async (_, happy, nth) => {
          if (nth <= 3) throw operatorMustAct();
          return happy();
        },
        releaseUser: async (_, happy, nth) => {
          if (nth === 1) throw new Error('a defect');
          return happy();
        },
      },
    });
    assert.equal((await session.handle.result()).status, 'rejected');
    assertNothingLeft(session);
  });

  it('names the face it knows, and leaves it to the undo to find one it does not know', async () => {
    const requested = async (overrides: Overrides) => {
      const session = await sessions.begin('registration', { overrides });
      await session.rests(overrides.indexFace ? 'blocked' : 'rejected');
      if (overrides.indexFace) await end(session);
      return session.requests('removeFace')[0];
    };
    const known = await requested({ commitFace: async () => ({ committed: false }) });
    const lost = await requested({
      indexFace: async (_, happy) => {
        await happy();
        throw operatorMustAct();
      },
    });
    const { externalImageId } = lost ?? {};
    assert.equal(externalImageId, known?.externalImageId);
    assert.equal(lost?.faceId, undefined);
    assert.equal(known?.faceId, 'face');
  });
});

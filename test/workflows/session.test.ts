import assert from 'node:assert/strict';
import { failures } from '../../workflows/failures.js';
import { answerUpdate, cancelUpdate, resumeUpdate, submitUpdate } from '../../workflows/messages.js';
import { missed, type Overrides } from '../support/fake-activities.js';
import { assertNothingLeft, assertUndone, INDEXING } from '../support/registration-steps.js';
import { timeSkippingSessions } from '../support/session-environments.js';
import { TESTER } from '../support/session-fixtures.js';
import type { SessionRunner } from '../support/session-runner.js';
import { blockedOnce, refusal, second } from '../support/session-troubles.js';
import { gate, operatorMustAct } from '../support/stop-at.js';

const WEEK_S = 7 * 86_400;
const suspected: Overrides = {
  searchDuplicates: async () => ({ ...missed('duplicate', 'duplicate_suspected'), outcome: 'incomplete' }),
};

describe('a verification session', () => {
  let sessions: SessionRunner;
  before(async function () {
    sessions = await timeSkippingSessions(this);
  });

  describe('that is blocked', () => {
    it('verifies once it is resumed', async () => {
      const session = await sessions.begin('registration', { overrides: blockedOnce });
      await session.rests('blocked');
      const state = await session.handle.executeUpdate(resumeUpdate, { args: [TESTER] });
      assert.equal(state.status, 'verified');
      assert.deepEqual(state.attempts, { used: 1, max: 3 });
      await session.handle.result();
    });

    it('is given up after a week', async () => {
      const session = await sessions.begin('registration', {
        overrides: { indexFace: async () => Promise.reject(operatorMustAct()) },
      });
      const state = await session.handle.result();
      assert.equal(state.status, 'canceled');
      assert.deepEqual(state.reasons, ['review_expired']);
      const seconds = (state.updatedAt - state.createdAt) / 1_000;
      assert.ok(seconds >= WEEK_S && seconds < WEEK_S + 60, `${seconds} s`);
      assertNothingLeft(session);
    });

    it('says so, in its row too, before its undo ends: undoing may need the same operator', async () => {
      const undoing = gate();
      const session = await sessions.begin('registration', {
        overrides: {
          ...blockedOnce,
          releaseUser: async (_, happy) => {
            await undoing.wait();
            return happy();
          },
        },
      });
      await undoing.reached;
      assert.equal(session.world.saved.at(-1)?.status, 'blocked');
      assert.equal((await session.state()).status, 'blocked');
      assert.equal(session.world.left.user, true);
      undoing.open();
      await assertUndone(session, INDEXING);
      assert.equal(session.world.saved.length, 1);
      await session.handle.executeUpdate(cancelUpdate, { args: [TESTER] });
      await session.handle.result();
    });

    it('is judged again only after its undo, though it is resumed before', async () => {
      const undoing = gate();
      const session = await sessions.begin('registration', {
        overrides: {
          ...blockedOnce,
          releaseUser: async (_, happy) => {
            await undoing.wait();
            return happy();
          },
        },
      });
      await undoing.reached;
      const resuming = await session.handle.startUpdate(resumeUpdate, {
        args: [TESTER],
        waitForStage: 'ACCEPTED',
      });
      assert.equal(session.requests('checkQuality').length, 1);
      undoing.open();
      assert.equal((await resuming.result()).status, 'verified');
      const called = session.called();
      assert.ok(called.lastIndexOf('checkQuality') > called.indexOf('releaseUser'));
      await session.handle.result();
      assert.deepEqual(
        session.world.saved.map(({ status }) => status),
        ['blocked', 'verified'],
      );
    });
  });

  describe('that needs review', () => {
    it('is given up after a week, by its own reason', async () => {
      const session = await sessions.begin('registration', { overrides: suspected });
      const state = await session.handle.result();
      assert.equal(state.status, 'rejected');
      assert.deepEqual(state.reasons, ['review_expired']);
      assertNothingLeft(session);
    });
  });

  describe('cancel', () => {
    const before: [status: 'requires_input' | 'needs_review' | 'blocked', overrides: Overrides][] = [
      ['requires_input', { checkQuality: async () => missed('quality', 'selfie_blurry') }],
      ['needs_review', suspected],
      ['blocked', blockedOnce],
    ];
    for (const [status, overrides] of before) {
      for (const how of ['the command', 'the workflow’s cancellation'] as const) {
        it(`by ${how} ends a session that is ${status}`, async () => {
          const session = await sessions.begin('registration', { overrides });
          const { reasons, checks } = await session.rests(status);
          const command = how === 'the command';
          // Awaited before the result is: that lets time pass.
          const answer = command
            ? await session.handle.executeUpdate(cancelUpdate, { args: [TESTER] })
            : undefined;
          if (!command) await session.handle.cancel();
          const state = await session.handle.result();
          assert.equal(state.status, 'canceled');
          assert.deepEqual(state.missingInputs, []);
          assert.deepEqual([state.reasons, state.checks], [reasons, checks], 'what was found stays readable');
          if (answer) assert.deepEqual(answer, state);
          assert.deepEqual(session.world.saved.at(-1), state);
          assertNothingLeft(session);
        });
      }
    }
  });

  describe('refuses', () => {
    it('what does not fit its status, and lists what does', async () => {
      const session = await sessions.begin('registration', { overrides: suspected });
      await session.rests('needs_review');
      const failure = await refusal(session.handle.executeUpdate(submitUpdate, { args: [second] }));
      assert.equal(failure.type, failures.wrongStatus);
      assert.deepEqual(failure.details, [{ status: 'needs_review', allowed: ['review', 'cancel'] }]);
      assert.equal(
        (await refusal(session.handle.executeUpdate(resumeUpdate, { args: [TESTER] }))).type,
        failures.wrongStatus,
      );
      await session.handle.executeUpdate(cancelUpdate, { args: [TESTER] });
      await session.handle.result();
    });

    it('every command once it is verified, also while it takes the last look', async () => {
      const session = await sessions.begin('registration');
      await session.rests('verified');
      const { handle } = session;
      const updates = [
        () => handle.executeUpdate(cancelUpdate, { args: [TESTER] }),
        () => handle.executeUpdate(resumeUpdate, { args: [TESTER] }),
        () => handle.executeUpdate(submitUpdate, { args: [second] }),
      ];
      for (const update of updates) {
        const { type, details } = await refusal(update());
        assert.deepEqual(
          [type, details],
          [failures.wrongStatus, [{ status: 'verified', allowed: ['redact'] }]],
        );
      }
      await handle.result();
    });

    it('a request with another body under the same key', async () => {
      const session = await sessions.begin('registration');
      const other = session.handle.executeUpdate(answerUpdate, { args: [{ fingerprint: 'another' }] });
      assert.equal((await refusal(other)).type, failures.idempotencyKeyReused);
      const { fingerprint } = session.input;
      const same = await session.handle.executeUpdate(answerUpdate, { args: [{ fingerprint }] });
      assert.equal(same.status, 'verified');
      await session.handle.result();
    });
  });
});

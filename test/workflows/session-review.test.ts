import assert from 'node:assert/strict';
import type { Suspect } from '../../domain/acceptance.js';
import type { Outcome } from '../../domain/decision.js';
import { failures } from '../../workflows/failures.js';
import { resumeUpdate, reviewUpdate, submitUpdate } from '../../workflows/messages.js';
import { asksAbout, missed, type Overrides } from '../support/fake-activities.js';
import { assertNothingLeft } from '../support/registration-steps.js';
import { meets, metRival } from '../support/rival.js';
import { timeSkippingSessions } from '../support/session-environments.js';
import { policyWith } from '../support/session-fixtures.js';
import type { SessionRunner, TestSession } from '../support/session-runner.js';
import { refusal, second } from '../support/session-troubles.js';
import { operatorMustAct } from '../support/stop-at.js';

const DAY_S = 86_400;
const incomplete = () => ({
  ...missed('duplicate', 'duplicate_check_incomplete'),
  outcome: 'incomplete' as Outcome,
});
const ann = { subject: 'ann', similarity: 91 };
const suspect = (...suspects: Suspect[]) => asksAbout('duplicate', 'duplicate_suspected', ...suspects);
const suspected: Overrides = { searchDuplicates: async () => suspect(ann) };
const by = 'key/reviewer-1';

const approve = (session: TestSession) =>
  session.handle.executeUpdate(reviewUpdate, { args: [{ by, decision: 'approve' }] });

describe('a session that needs review', () => {
  let sessions: SessionRunner;
  before(async function () {
    sessions = await timeSkippingSessions(this);
  });

  it('is verified when a reviewer accepts the score, and says that it was the reviewer', async () => {
    const session = await sessions.begin('registration', {
      overrides: {
        ...suspected,
        searchRivals: async (_, happy) => ({ ...(await happy()), result: suspect(ann) }),
      },
    });
    await session.rests('needs_review');
    const state = await approve(session);
    assert.equal(state.status, 'verified');
    assert.equal(state.checks.find(({ check }) => check === 'duplicate')?.outcome, 'passed_by_reviewer');
    const [action] = state.actions;
    assert.deepEqual([action?.command, action?.decision, action?.by], ['review', 'approve', by]);
    await session.handle.result();
  });

  it('is not verified by a reviewer’s word where a check did not run: it runs again', async () => {
    let answered = false;
    const session = await sessions.begin('registration', {
      overrides: {
        searchDuplicates: (_, happy) => (answered ? happy() : Promise.resolve(incomplete())),
      },
    });
    await session.rests('needs_review');
    assert.equal((await approve(session)).status, 'needs_review', 'still nobody knows');
    answered = true;
    const state = await approve(session);
    assert.equal(state.status, 'verified');
    assert.equal(state.checks.find(({ check }) => check === 'duplicate')?.outcome, 'passed');
    await session.handle.result();
  });

  it('is not verified where the face turns out to be somebody else’s meanwhile', async () => {
    const session = await sessions.begin('registration', {
      overrides: {
        searchDuplicates: async (_, __, nth) =>
          nth === 1 ? suspect(ann) : missed('duplicate', 'duplicate_face'),
      },
    });
    await session.rests('needs_review');
    const state = await approve(session);
    assert.deepEqual([state.status, state.reasons], ['rejected', ['duplicate_face']]);
    assertNothingLeft(session);
    await session.handle.result();
  });

  it('shows whom it is about while somebody has to decide, and no longer', async () => {
    const session = await sessions.begin('registration', { overrides: suspected });
    const { checks } = await session.rests('needs_review');
    assert.deepEqual(checks.find(({ check }) => check === 'duplicate')?.suspects, [ann]);
    const state = await approve(session);
    assert.equal(state.status, 'verified');
    assert.ok(!JSON.stringify(state).includes('suspects'));
    await session.handle.result();
  });

  for (const [what, found] of [
    ['somebody else is found', [ann, { subject: 'ben', similarity: 90.5 }]],
    ['only somebody else is found', [{ subject: 'ben', similarity: 96.9 }]],
    ['the same one is more similar than before', [{ ...ann, similarity: 91.5 }]],
    ['nobody says who it is', []],
  ] satisfies [string, Suspect[]][]) {
    for (const search of ['searchDuplicates', 'searchRivals'] as const) {
      it(`needs another review where ${what} after the first (${search})`, async () => {
        const session = await sessions.begin('registration', {
          overrides: {
            searchDuplicates: async (_, __, nth) =>
              suspect(...(nth > 1 && search === 'searchDuplicates' ? found : [ann])),
            searchRivals: async (_, happy) => ({
              ...(await happy()),
              ...(search === 'searchRivals' ? { result: suspect(...found) } : {}),
            }),
          },
        });
        await session.rests('needs_review');
        const state = await approve(session);
        assert.deepEqual([state.status, state.reasons], ['needs_review', ['duplicate_suspected']]);
        assertNothingLeft(session);
        const next = await approve(session);
        assert.equal(next.status, found.length > 0 ? 'verified' : 'needs_review', 'both are accepted by now');
        if (found.length === 0) await session.handle.cancel();
        await session.handle.result();
      });
    }
  }

  it('settles its rivals though a reviewer let a suspect pass', async () => {
    const session = await sessions.begin('registration', {
      overrides: {
        ...meets((row) => [row('active', 1)]),
        ...suspected,
        searchRivals: async (request, happy, nth) => ({
          ...(await metRival(request, happy, nth)),
          result: suspect(ann),
        }),
      },
    });
    await session.rests('needs_review');
    const state = await approve(session);
    assert.deepEqual([state.status, state.reasons.at(-1)], ['rejected', 'duplicate_face']);
    assertNothingLeft(session);
    await session.handle.result();
  });

  it('is rejected by a reviewer', async () => {
    const session = await sessions.begin('registration', { overrides: suspected });
    await session.rests('needs_review');
    const state = await session.handle.executeUpdate(reviewUpdate, { args: [{ by, decision: 'reject' }] });
    assert.deepEqual([state.status, state.reasons], ['rejected', ['review_rejected']]);
    assertNothingLeft(session);
    await session.handle.result();
  });

  it('asks the person for other photos where the reviewer wants them', async () => {
    const session = await sessions.begin('registration', {
      overrides: {
        searchDuplicates: async (_, happy, nth) => (nth === 1 ? suspect(ann) : happy()),
      },
    });
    await session.rests('needs_review');
    const state = await session.handle.executeUpdate(reviewUpdate, { args: [{ by, decision: 'resubmit' }] });
    assert.deepEqual([state.status, state.missingInputs], ['requires_input', ['selfie']]);
    assert.deepEqual(state.reasons, ['resubmission_requested']);
    const again = await session.handle.executeUpdate(submitUpdate, { args: [second] });
    assert.equal(again.status, 'verified');
    await session.handle.result();
  });

  it('refuses a review in every other status, and says what is accepted there', async () => {
    const session = await sessions.begin('registration', { input: { photos: {} } });
    const failure = await refusal(approve(session));
    assert.equal(failure.type, failures.wrongStatus);
    assert.deepEqual(failure.details, [{ status: 'requires_input', allowed: ['submit', 'cancel'] }]);
    await session.handle.result();
  });

  for (const [otherwise, status] of [
    ['reject', 'rejected'],
    ['cancel', 'canceled'],
  ] as const) {
    it(`is told of again after a day, and ${status} after a week where the policy says "${otherwise}"`, async () => {
      const review = { escalateAfterSeconds: DAY_S, withinSeconds: 7 * DAY_S, otherwise };
      const session = await sessions.begin('registration', {
        input: { policy: policyWith({ registration: { review } }) },
        overrides: suspected,
      });
      const state = await session.handle.result();
      assert.deepEqual([state.status, state.reasons], [status, ['review_expired']]);
      const rested = session.world.saved.find((saved) => saved.status === 'needs_review')?.updatedAt ?? 0;
      const daysUntil = (at: number | undefined) => Math.round(((at ?? 0) - rested) / 1_000 / DAY_S);
      assert.deepEqual([daysUntil(state.escalatedAt), daysUntil(state.updatedAt)], [1, 7]);
      assert.ok(
        session.world.saved.some((saved) => saved.escalatedAt && saved.status === 'needs_review'),
        'the row says so too',
      );
      assertNothingLeft(session);
    });
  }
});

describe('a session that is blocked', () => {
  let sessions: SessionRunner;
  before(async function () {
    sessions = await timeSkippingSessions(this);
  });

  it('says why, in a code', async () => {
    const denied = operatorMustAct('IndexFaces: AccessDenied', [{ reason: 'access_denied' }]);
    const session = await sessions.begin('registration', {
      overrides: { indexFace: async () => Promise.reject(denied) },
    });
    const { reasons } = await session.rests('blocked');
    assert.deepEqual(reasons, ['access_denied']);
    await session.handle.result();
  });
});

describe('a session that is blocked, and cannot undo what it began', () => {
  let sessions: SessionRunner;
  before(async function () {
    sessions = await timeSkippingSessions(this);
  });

  it('goes on at once when somebody says that the cause is mended, however long it has waited', async () => {
    let denied = true;
    const refuse = () =>
      Promise.reject(operatorMustAct('IndexFaces: AccessDenied', [{ reason: 'access_denied' }]));
    const session = await sessions.begin('registration', {
      overrides: {
        indexFace: (_, happy) => (denied ? refuse() : happy()),
        removeFace: (_, happy) => (denied ? refuse() : happy()),
      },
    });
    await session.rests('blocked');
    await sessions.pass('10 minutes');
    const early = await session.handle.executeUpdate(resumeUpdate, { args: [{ by }] });
    assert.equal(early.status, 'blocked', 'it says at once that the cause is not mended');
    denied = false;
    const since = (await sessions.client.workflow.getHandle(session.handle.workflowId).describe())
      .historyLength;
    const state = await session.handle.executeUpdate(resumeUpdate, { args: [{ by }] });
    assert.equal(state.status, 'verified');
    const events = (await session.handle.fetchHistory()).events?.slice(since) ?? [];
    assert.ok(!events.some((event) => event.timerFiredEventAttributes), 'no pause was waited out');
    await session.handle.result();
  });
});

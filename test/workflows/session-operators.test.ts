import assert from 'node:assert/strict';
import type { SessionEvent } from '../../domain/events.js';
import type { ReviewDecision } from '../../domain/session.js';
import { failures } from '../../workflows/failures.js';
import { cancelUpdate, resumeUpdate, reviewUpdate, submitUpdate } from '../../workflows/messages.js';
import { asksAbout, missed, type Overrides, passed } from '../support/fake-activities.js';
import { eventsOf, upserted } from '../support/histories.js';
import { timeSkippingSessions } from '../support/session-environments.js';
import { policyWith, TESTER } from '../support/session-fixtures.js';
import type { SessionRunner, TestSession } from '../support/session-runner.js';
import { blockedOnce, refusal, second } from '../support/session-troubles.js';
import { gate, operatorMustAct, throttled } from '../support/stop-at.js';

const HOUR_S = 3_600;
const suspected = asksAbout('duplicate', 'duplicate_suspected', { subject: 'ann', similarity: 91 });
const unfinished = { ...missed('duplicate', 'duplicate_check_incomplete'), outcome: 'incomplete' as const };

const review = (decision: ReviewDecision) => ({ args: [{ ...TESTER, decision }] as const });
const decide = ({ handle }: TestSession, decision: ReviewDecision) =>
  handle.executeUpdate(reviewUpdate, { args: [...review(decision).args] });
/** Is taken, whenever its answer comes. */
const accepted = { waitForStage: 'ACCEPTED' } as const;

describe('a session that comes back from an operator', () => {
  let sessions: SessionRunner;
  before(async function () {
    sessions = await timeSkippingSessions(this);
  });

  const nearTie: Overrides = {
    searchOwnShard: async ({ subject }, _, nth) => ({
      result:
        nth === 1
          ? asksAbout('user_match', 'ambiguous_match_review', { subject, similarity: 98, recognised: true })
          : passed('user_match'),
      subject,
    }),
  };

  it('gives the person as long as at first, though that time was over', async () => {
    const session = await sessions.begin('authentication', { overrides: nearTie });
    await session.rests('needs_review');
    await sessions.pass('1 hour');
    const asked = await decide(session, 'resubmit');
    assert.equal(asked.status, 'requires_input');
    assert.equal(asked.expiresAt - asked.updatedAt, 900_000);
    await sessions.pass('10 minutes');
    const state = await session.handle.executeUpdate(submitUpdate, { args: [second] });
    assert.equal(state.status, 'verified');
    await session.handle.result();
  });

  it('does so too where it is resumed, and the photo is no good', async () => {
    const session = await sessions.begin('registration', {
      input: { policy: policyWith({ registration: { expiresAfterSeconds: HOUR_S } }) },
      overrides: {
        ...blockedOnce,
        checkQuality: async (_, happy, nth) => (nth === 1 ? happy() : missed('quality', 'selfie_blurry')),
      },
    });
    await session.rests('blocked');
    await sessions.pass('20 hours');
    const resumed = await session.handle.executeUpdate(resumeUpdate, { args: [TESTER] });
    assert.deepEqual(
      [resumed.status, resumed.expiresAt - resumed.updatedAt],
      ['requires_input', HOUR_S * 1_000],
    );
    const state = await session.handle.result();
    assert.deepEqual([state.status, state.updatedAt >= resumed.expiresAt], ['expired', true]);
  });

  it('does not live on for ever where it is approved again and again', async () => {
    const times = {
      escalateAfterSeconds: 24 * HOUR_S,
      withinSeconds: 48 * HOUR_S,
      otherwise: 'reject',
    } as const;
    const session = await sessions.begin('registration', {
      input: { policy: policyWith({ registration: { expiresAfterSeconds: HOUR_S, review: times } }) },
      overrides: { searchDuplicates: async () => unfinished },
    });
    await session.rests('needs_review');
    await sessions.pass('40 hours');
    assert.equal((await decide(session, 'approve')).status, 'needs_review');
    const state = await session.handle.result();
    assert.deepEqual([state.status, state.reasons], ['rejected', ['review_expired']]);
    assert.equal(Math.round((state.updatedAt - state.createdAt) / HOUR_S / 1_000), 50);
  });

  it('does not give the person more than is left in all', async () => {
    const times = {
      escalateAfterSeconds: 2 * HOUR_S,
      withinSeconds: 4 * HOUR_S,
      otherwise: 'reject',
    } as const;
    const session = await sessions.begin('registration', {
      input: { policy: policyWith({ registration: { expiresAfterSeconds: HOUR_S, review: times } }) },
      overrides: { searchDuplicates: async (_, __, nth) => (nth < 3 ? suspected : passed('duplicate')) },
    });
    await session.rests('needs_review');
    await sessions.pass('210 minutes');
    assert.equal((await decide(session, 'resubmit')).status, 'requires_input');
    await session.handle.executeUpdate(submitUpdate, { args: [second] });
    await sessions.pass('110 minutes');
    const asked = await decide(session, 'resubmit');
    assert.equal(asked.expiresAt - asked.createdAt, 6 * HOUR_S * 1_000);
    await session.handle.cancel();
    await session.handle.result();
  });
});

describe('what an operator said of a session', () => {
  let sessions: SessionRunner;
  before(async function () {
    sessions = await timeSkippingSessions(this);
  });

  for (const [found, flagged] of [
    ['ann', undefined],
    ['ben', 'duplicate_suspected'],
  ] as const) {
    it(`of ann counts after the answer too: ${found} is ${flagged ? '' : 'not '}flagged`, async () => {
      const look = asksAbout('duplicate', 'duplicate_suspected', { subject: found, similarity: 91 });
      const session = await sessions.begin('registration', {
        overrides: { searchDuplicates: async () => suspected, recheckDuplicate: async () => look },
      });
      await session.rests('needs_review');
      assert.equal((await decide(session, 'approve')).status, 'verified');
      assert.equal((await session.handle.result()).flagged, flagged);
    });
  }

  /** A session in review whose row is still being written. */
  async function busySaving() {
    const saving = gate();
    const session = await sessions.begin('registration', {
      overrides: {
        searchDuplicates: async () => suspected,
        saveSession: async ({ state }, happy) => {
          if (state.status === 'needs_review') await saving.wait();
          return happy();
        },
      },
    });
    await saving.reached;
    return { session, saving };
  }

  for (const decision of ['reject', 'resubmit'] as const) {
    it(`stands, though the session has not followed yet: ${decision}`, async () => {
      const { session, saving } = await busySaving();
      const first = await session.handle.startUpdate(reviewUpdate, {
        args: [...review(decision).args],
        ...accepted,
      });
      for (const another of ['approve', 'reject', 'resubmit'] as const) {
        const failure = await refusal(decide(session, another));
        assert.equal(failure.type, failures.wrongStatus);
        assert.deepEqual(failure.details, [{ status: 'needs_review', allowed: ['cancel'] }]);
      }
      saving.open();
      const state = await first.result();
      assert.equal(state.status, decision === 'reject' ? 'rejected' : 'requires_input');
      assert.deepEqual(
        state.actions.map((action) => action.decision),
        [decision],
      );
      if (decision === 'resubmit') await session.handle.cancel();
      await session.handle.result();
    });
  }

  it('is not taken once it was cancelled', async () => {
    const { session, saving } = await busySaving();
    const canceling = await session.handle.startUpdate(cancelUpdate, { args: [TESTER], ...accepted });
    assert.deepEqual((await refusal(decide(session, 'approve'))).details, [
      { status: 'needs_review', allowed: [] },
    ]);
    saving.open();
    assert.equal((await canceling.result()).status, 'canceled');
    await session.handle.result();
  });
});

describe('a session that is cancelled while it is answered ahead of the end', () => {
  let sessions: SessionRunner;
  before(async function () {
    sessions = await timeSkippingSessions(this);
  });

  it('loses nothing of what it had to tell, and asks no operator', async () => {
    const saving = gate();
    const written: SessionEvent[] = [];
    let tries = 0;
    const session = await sessions.begin('registration', {
      input: { policy: policyWith({ registration: { asynchronous: ['duplicate'] } }) },
      overrides: {
        saveSession: async ({ state, log }, happy) => {
          if (state.provisional) {
            tries += 1;
            await saving.wait();
            if (tries === 1) throw throttled();
          }
          written.push(...log.events);
          return happy();
        },
      },
    });
    await saving.reached;
    const canceling = await session.handle.startUpdate(cancelUpdate, { args: [TESTER], ...accepted });
    saving.open();
    assert.equal((await canceling.result()).status, 'canceled');
    await session.handle.result();
    assert.deepEqual(
      written.map(({ type }) => type),
      [
        'verification_session.created',
        'verification_session.provisionally_verified',
        'verification_session.canceled',
      ],
    );
    const reasons = upserted(await eventsOf(session.handle)).map(({ Reason }) => Reason);
    assert.ok(!reasons.includes('operator_must_act'));
  });

  it('waits for an operator who has to let it tell that', async () => {
    let denied = true;
    const session = await sessions.begin('registration', {
      input: { policy: policyWith({ registration: { asynchronous: ['duplicate'] } }) },
      overrides: {
        saveSession: async ({ state }, happy) => {
          if (state.provisional && denied) throw operatorMustAct();
          return happy();
        },
      },
    });
    await sessions.pass('10 seconds');
    denied = false;
    const state = await session.handle.executeUpdate(cancelUpdate, { args: [TESTER] });
    assert.equal(state.status, 'canceled');
    await session.handle.result();
  });
});

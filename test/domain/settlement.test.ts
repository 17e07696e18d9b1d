import assert from 'node:assert/strict';
import fc from 'fast-check';
import { judged, type Settlement, settled, unjudged } from '../../domain/settlement.js';
import { mayBecome, type Status, statuses } from '../../domain/status.js';
import { ALL_REASONS, checkResult, sessionState } from './arbitraries.js';

const settlement: fc.Arbitrary<Settlement> = fc.record({
  status: fc.constantFrom(...statuses.filter((status) => status !== 'processing')),
  reasons: fc.array(fc.constantFrom(...ALL_REASONS), { maxLength: 3 }),
  checks: fc.array(checkResult, { maxLength: 3 }),
  judged: fc.boolean(),
});
const face = { faceId: 'f', collection: 'c', faceModelVersion: '7.0' };

describe('settling a session', () => {
  it('costs an attempt when photos were judged, and only then', () => {
    fc.assert(
      fc.property(sessionState, settlement, (state, outcome) => {
        const { attempts } = settled(state, outcome);
        assert.equal(attempts.used, state.attempts.used + (outcome.judged ? 1 : 0));
        assert.equal(attempts.max, state.attempts.max);
      }),
    );
  });

  it('ends a session whose last attempt could be repeated, and says so first', () => {
    fc.assert(
      fc.property(sessionState, settlement, (state, outcome) => {
        const last = state.attempts.used + 1 >= state.attempts.max;
        const next = settled(state, outcome);
        if (outcome.judged && outcome.status === 'requires_input' && last) {
          assert.equal(next.status, 'rejected');
          assert.equal(next.reasons[0], 'attempts_exceeded');
        } else {
          assert.equal(next.status, outcome.status);
        }
      }),
    );
  });

  it('never invites to an attempt that the policy does not allow', () => {
    fc.assert(
      fc.property(sessionState, settlement, (state, outcome) => {
        const { status, attempts } = settled(state, outcome);
        if (status === 'requires_input') assert.ok(attempts.used < attempts.max);
      }),
    );
  });

  it('never makes verified of anything else', () => {
    fc.assert(
      fc.property(sessionState, settlement, (state, outcome) => {
        assert.equal(settled(state, outcome).status === 'verified', outcome.status === 'verified');
      }),
    );
  });

  it('always leads where a judged session may go', () => {
    fc.assert(
      fc.property(sessionState, settlement, (state, outcome) => {
        fc.pre(mayBecome('processing', outcome.status));
        assert.ok(mayBecome('processing', settled(state, outcome).status));
      }),
    );
  });

  it('keeps earlier reasons and checks where nothing new was found, unless all is well now', () => {
    fc.assert(
      fc.property(sessionState, fc.constantFrom<Status>('expired', 'canceled'), (state, status) => {
        const next = settled(state, unjudged(status as Settlement['status']));
        assert.deepEqual(next.reasons, state.reasons);
        assert.deepEqual(next.checks, state.checks);
      }),
    );
    const [state] = fc.sample(sessionState, 1);
    assert.ok(state);
    const verified = { status: 'verified', reasons: [], checks: [], judged: true } as const;
    assert.deepEqual(settled({ ...state, reasons: ['selfie_pose'] }, verified).reasons, []);
  });

  it('replaces reasons and checks by new ones', () => {
    fc.assert(
      fc.property(sessionState, settlement, (state, outcome) => {
        fc.pre(outcome.reasons.length + outcome.checks.length > 0);
        const next = settled(state, outcome);
        assert.deepEqual(next.checks, outcome.checks);
        assert.deepEqual(
          next.reasons.filter((reason, at) => at > 0 || reason !== 'attempts_exceeded'),
          outcome.reasons.filter((reason, at) => at > 0 || reason !== 'attempts_exceeded'),
        );
      }),
    );
  });

  it('counts how often the service could not judge', () => {
    fc.assert(
      fc.property(sessionState, (state) => {
        const away = unjudged('requires_input', ['temporarily_unavailable']);
        assert.equal(settled(state, away).unavailable, state.unavailable + 1);
        assert.equal(
          settled(state, unjudged('blocked', ['operator_must_act'])).unavailable,
          state.unavailable,
        );
      }),
    );
  });

  it('says who and which face only when the settlement does', () => {
    const [state] = fc.sample(sessionState, 1);
    assert.ok(state);
    const decision = { status: 'verified', reasons: [], checks: [], policy: state.policy } as const;
    const known = settled(state, judged({ ...decision, subject: 'somebody', face }));
    assert.deepEqual([known.subject, known.face], ['somebody', face]);
    const unknown = settled(state, judged(decision));
    assert.ok(!('subject' in unknown) && !('face' in unknown)); // an earlier one stays
  });

  it('takes a decision as it is, and as an attempt', () => {
    const checks = fc.sample(checkResult, 2);
    const decision = {
      status: 'rejected',
      reasons: ['face_mismatch'],
      checks,
      policy: { name: 'p', version: 1 },
    } as const;
    assert.deepEqual(judged(decision), {
      status: 'rejected',
      reasons: ['face_mismatch'],
      checks,
      judged: true,
    });
    assert.deepEqual(unjudged('canceled'), { status: 'canceled', reasons: [], checks: [], judged: false });
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decisionFact } from '../../domain/decision-fact.js';
import { eventsBetween, userEventOf } from '../../domain/events.js';
import type { SessionState } from '../../domain/session.js';
import { isFinal, mayBecome, type Status, statuses } from '../../domain/status.js';
import { advanced, begunTimeline } from '../../domain/timeline.js';
import { sessionState } from '../activities/support/rows.js';

const START = 1_700_000_000_000;

/** A life of a session: each step is another status that may follow, or the same one again. */
const lives = fc
  .record({
    waits: fc.boolean(),
    steps: fc.array(fc.record({ choice: fc.nat(), ms: fc.nat(100_000), early: fc.boolean() }), {
      maxLength: 30,
    }),
  })
  .map(({ waits, steps }) => {
    const first: SessionState = sessionState('vs_life', {
      status: waits ? 'requires_input' : 'processing',
      missingInputs: waits ? ['selfie'] : [],
      createdAt: START,
      updatedAt: START,
    });
    const life = [first];
    for (const { choice, ms, early } of steps) {
      const before = life.at(-1) as SessionState;
      const next = [before.status, ...statuses.filter((status) => mayBecome(before.status, status))];
      const status = next[choice % next.length] as Status;
      const { provisional: _, ...rest } = before;
      life.push({
        ...rest,
        status,
        revision: before.revision + 1,
        updatedAt: before.updatedAt + ms,
        ...(early && status === 'processing'
          ? { provisional: { outcome: 'verified' as const, pending: ['duplicate' as const] } }
          : {}),
      });
    }
    return life;
  });

const eventsOf = (life: readonly SessionState[]) =>
  life.flatMap((state, at) => eventsBetween(life[at - 1], state));

describe('events of a session', () => {
  it('tell every change of status once, in order, and each under a key of its own', () => {
    fc.assert(
      fc.property(lives, (life) => {
        const events = eventsOf(life);
        assert.equal(events[0]?.type, 'verification_session.created');
        const told = events
          .map(({ type }) => type.split('.')[1])
          .filter((name) => statuses.includes(name as Status));
        const changes = life
          .map(({ status }) => status)
          .filter((status, at) => status !== life[at - 1]?.status);
        assert.deepEqual(told, changes[0] === 'processing' ? changes.slice(1) : changes);
        const keys = events.map(({ revision, type }) => `${String(revision).padStart(10, '0')}#${type}`);
        assert.equal(new Set(keys).size, keys.length);
        assert.deepEqual(keys, [...keys].sort());
      }),
    );
  });

  it('tell of an answer ahead of the end, of escalations and of what was found afterwards', () => {
    const state = sessionState('vs_1');
    const names = (before: SessionState, changes: Partial<SessionState>) =>
      eventsBetween(before, { ...before, ...changes }).map(({ type }) => type.split('.')[1]);
    const pending = { outcome: 'verified', pending: ['duplicate'] } as const;
    assert.deepEqual(names(state, { provisional: pending }), ['provisionally_verified']);
    assert.deepEqual(names({ ...state, provisional: pending }, { provisional: pending }), []);
    const review = sessionState('vs_1', { status: 'needs_review' });
    assert.deepEqual(names(review, { escalatedAt: 1 }), ['escalated']);
    const verified = sessionState('vs_1', { status: 'verified' });
    const [flagged] = eventsBetween(verified, { ...verified, flagged: 'duplicate_face' });
    assert.deepEqual([flagged?.type, flagged?.reasons], ['verification_session.flagged', ['duplicate_face']]);
  });

  it('mean something to the user only where a face came to count', () => {
    const told = (flow: SessionState['flow'], status: Status) =>
      eventsBetween(
        sessionState('vs_1', { flow }),
        sessionState('vs_1', { flow, status, revision: 2 }),
      ).flatMap((event) => userEventOf(event, 'vs_1')?.type ?? []);
    assert.deepEqual(told('registration', 'verified'), ['user.registered']);
    assert.deepEqual(told('photo_update', 'verified'), ['user.photo_updated']);
    assert.deepEqual([...told('authentication', 'verified'), ...told('registration', 'rejected')], []);
  });
});

describe('the decision of a session', () => {
  const decided = (life: readonly SessionState[]) => {
    const timeline = life.reduce(
      (soFar, state, at) => (at === 0 ? soFar : advanced(soFar, life[at - 1] as SessionState, state)),
      begunTimeline(life[0] as SessionState),
    );
    return { timeline, decision: decisionFact(life.at(-1) as SessionState, timeline) };
  };

  it('is there once the session has ended, and accounts for all of its time until then', () => {
    fc.assert(
      fc.property(lives, (life) => {
        const { decision } = decided(life);
        const end = life.find(({ status }) => isFinal(status));
        assert.equal(decision === undefined, end === undefined);
        if (!decision || !end) return;
        assert.deepEqual([decision.endedAt, decision.status], [end.updatedAt, end.status]);
        assert.equal(decision.durationMs, end.updatedAt - START);
        assert.equal(decision.processingMs + decision.personMs + decision.operatorMs, decision.durationMs);
        const before = life.slice(0, life.indexOf(end));
        assert.equal(
          decision.provisional,
          before.some(({ provisional }) => provisional !== undefined),
        );
      }),
    );
  });

  it('says at which step it ended', () => {
    const step = (changes: Partial<SessionState>) => {
      const waiting = sessionState('vs_1', { status: 'requires_input', missingInputs: ['document_front'] });
      return decided([waiting, { ...waiting, missingInputs: [], revision: 2, ...changes }]).decision?.step;
    };
    assert.equal(step({ status: 'expired', abandonedAt: 'selfie' }), 'selfie');
    assert.equal(step({ status: 'canceled' }), 'document_front');
    assert.equal(step({ status: 'rejected', reasons: ['attempts_exceeded', 'selfie_blurry'] }), 'quality');
    assert.equal(step({ status: 'rejected', reasons: ['duplicate_face'] }), 'duplicate');
    assert.equal(step({ status: 'verified' }), undefined);
  });

  it('names the user it is a duplicate of only where it is one', () => {
    const closest = { subject: 's'.repeat(26), similarity: 98 };
    const timeline = begunTimeline(sessionState('vs_1'));
    const of = (changes: Partial<SessionState>) =>
      decisionFact(sessionState('vs_1', changes), timeline, closest)?.duplicateOf;
    assert.deepEqual(of({ status: 'rejected', reasons: ['duplicate_face'] }), closest);
    assert.deepEqual(of({ status: 'verified', flagged: 'duplicate_suspected' }), closest);
    assert.equal(of({ status: 'rejected', reasons: ['selfie_blurry'] }), undefined);
  });
});

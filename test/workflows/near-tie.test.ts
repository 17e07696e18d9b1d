import assert from 'node:assert/strict';
import { reviewUpdate } from '../../workflows/messages.js';
import { asksAbout, missed, type Overrides, passed } from '../support/fake-activities.js';
import { timeSkippingSessions } from '../support/session-environments.js';
import type { SessionRunner } from '../support/session-runner.js';

describe('a login that resembles two users', () => {
  let sessions: SessionRunner;
  before(async function () {
    sessions = await timeSkippingSessions(this);
  });

  it('asks a human about a near tie, where the policy says so', async () => {
    const result = { ...missed('user_match', 'ambiguous_match_review'), outcome: 'incomplete' as const };
    const session = await sessions.begin('authentication', {
      overrides: { searchOwnShard: async () => ({ result }) },
    });
    const state = await session.rests('needs_review');
    assert.deepEqual(state.reasons, ['ambiguous_match_review']);
    assert.equal((await session.handle.result()).status, 'rejected');
  });

  const nearTie = (ofFirst: string, ofSecond: string) => ({
    subject: ofFirst,
    result: asksAbout(
      'user_match',
      'ambiguous_match_review',
      { subject: ofFirst, similarity: 98, recognised: true },
      { subject: ofSecond, similarity: 97.5 },
    ),
  });
  const reviewed = async (overrides: Overrides) => {
    const session = await sessions.begin('authentication', {
      input: { subject: undefined as never },
      overrides,
    });
    const waiting = await session.rests('needs_review');
    assert.equal(waiting.subject, undefined, 'nobody yet');
    return session.handle.executeUpdate(reviewUpdate, {
      args: [{ by: 'key/reviewer', decision: 'approve' }],
    });
  };

  it('names whom a near tie that a reviewer let pass recognises', async () => {
    const state = await reviewed({ searchEveryShard: async () => nearTie('ann', 'ben') });
    assert.deepEqual([state.status, state.subject], ['verified', 'ann']);
  });

  for (const [what, first, second] of [
    ['another one would be recognised', 'cid', 'ben'],
    ['the other one of the two would be', 'ben', 'ann'],
    ['it is tied with another one', 'ann', 'cid'],
  ] as const) {
    it(`needs another review of a near tie where ${what} after the first`, async () => {
      const state = await reviewed({
        searchEveryShard: async (_, __, nth) => (nth === 1 ? nearTie('ann', 'ben') : nearTie(first, second)),
      });
      assert.deepEqual([state.status, state.subject], ['needs_review', undefined]);
    });
  }

  it('is never verified as nobody', async () => {
    const session = await sessions.begin('authentication', {
      input: { subject: undefined as never },
      overrides: { searchEveryShard: async () => ({ result: passed('user_match') }) },
    });
    const state = await session.handle.result();
    assert.deepEqual([state.status, state.reasons], ['rejected', ['face_not_recognised']]);
  });
});

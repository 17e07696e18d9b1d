import assert from 'node:assert/strict';
import type { AuthenticationPolicy } from '../../domain/policy.js';
import { submitUpdate } from '../../workflows/messages.js';
import { missed, type Overrides, RECOGNISED } from '../support/fake-activities.js';
import { eventsOf, eventTypes, upserted } from '../support/histories.js';
import { timeSkippingSessions } from '../support/session-environments.js';
import { photoRef, policyWith, SUBJECT } from '../support/session-fixtures.js';
import type { SessionRunner } from '../support/session-runner.js';
import { gate, operatorMustAct, throttled } from '../support/stop-at.js';

const second = { photos: { selfie: photoRef('selfie', 'second') } };

describe('authentication', () => {
  let sessions: SessionRunner;
  before(async function () {
    sessions = await timeSkippingSessions(this);
  });

  const run = async (overrides: Overrides = {}, policy: Partial<AuthenticationPolicy> = {}) => {
    const session = await sessions.begin('authentication', {
      overrides,
      input: { policy: policyWith({ authentication: policy }) },
    });
    return { session, state: await session.handle.result() };
  };

  it('counts the attempt of a known user before it searches where the user is', async () => {
    const { session, state } = await run();
    assert.equal(state.status, 'verified');
    assert.equal(state.subject, SUBJECT);
    assert.deepEqual(
      state.checks.map(({ check }) => check),
      ['quality', 'user_match'],
    );
    const called = session.called();
    assert.deepEqual([...called].sort(), [
      'checkQuality',
      'countAttempt',
      'openSession',
      'saveSession',
      'searchOwnShard',
    ]);
    assert.ok(called.indexOf('countAttempt') < called.indexOf('searchOwnShard'));
    assert.equal(called.at(-1), 'saveSession');
    assert.equal(session.requests('countAttempt')[0]?.number, 1);
  });

  it('finds out who somebody unknown is, within the scope', async () => {
    const session = await sessions.begin('authentication', {
      input: { subject: undefined as never, scope: { country: 'DE' } },
    });
    const state = await session.handle.result();
    assert.equal(state.status, 'verified');
    assert.equal(state.subject, RECOGNISED);
    assert.deepEqual(session.requests('searchEveryShard')[0]?.scope, { country: 'DE' });
    assert.ok(!session.called().includes('countAttempt'));
  });

  it('searches nothing for a user who is locked out', async () => {
    const { session, state } = await run({ countAttempt: async () => ({ locked: true }) });
    assert.deepEqual([state.status, state.reasons], ['rejected', ['locked_out']]);
    assert.deepEqual(session.called(), ['openSession', 'countAttempt', 'saveSession']);
  });

  it('rejects a face that is not recognised', async () => {
    const searchOwnShard = async () => ({ result: missed('user_match', 'face_not_recognised') });
    const { state } = await run({ searchOwnShard });
    assert.deepEqual([state.status, state.reasons], ['rejected', ['face_not_recognised']]);
  });

  const outages: [what: string, overrides: Overrides][] = [
    ['the search is throttled twice', { searchOwnShard: failing(2, () => throttled()) }],
    ['an operator must act', { searchOwnShard: failing(1, () => operatorMustAct()) }],
    ['quality cannot be checked', { checkQuality: failing(2, () => throttled()) }],
    ['attempts cannot be counted', { countAttempt: failing(2, () => throttled()) }],
  ];
  for (const [what, overrides] of outages) {
    it(`uses up no attempt where ${what}, and takes the next selfie`, async () => {
      const session = await sessions.begin('authentication', { overrides });
      const state = await session.rests('requires_input');
      assert.deepEqual(state.reasons, ['temporarily_unavailable']);
      assert.deepEqual(state.attempts, { used: 0, max: 3 });
      assert.deepEqual(state.missingInputs, ['selfie']);
      assert.equal(state.unavailable, 1);
      const again = await session.handle.executeUpdate(submitUpdate, { args: [second] });
      assert.equal(again.status, 'verified');
      assert.deepEqual(again.attempts, { used: 1, max: 3 });
      assert.equal(session.requests('countAttempt').at(-1)?.number, 1);
      await session.handle.result();
    });
  }

  it('tries a throttled search a second time before it gives up', async () => {
    const { session, state } = await run({ searchOwnShard: failing(1, () => throttled()) });
    assert.equal(state.status, 'verified');
    assert.equal(session.requests('searchOwnShard').length, 2);
  });

  it('searches while quality is still checked, where the policy says so', async () => {
    const searching = gate();
    const { state } = await run({
      checkQuality: async (_, happy) => {
        await searching.reached;
        return happy();
      },
      searchOwnShard: async (_, happy) => {
        void searching.wait();
        return happy();
      },
    });
    assert.equal(state.status, 'verified');
  });

  it('says what quality says where the selfie is bad, whatever the search found', async () => {
    const session = await sessions.begin('authentication', {
      overrides: {
        checkQuality: async () => missed('quality', 'selfie_blurry'),
        searchOwnShard: async () => ({ result: missed('user_match', 'face_not_recognised') }),
      },
    });
    const state = await session.rests('requires_input');
    assert.deepEqual(state.reasons, ['selfie_blurry']);
    assert.deepEqual(state.attempts, { used: 1, max: 3 });
    await session.handle.result();
  });

  it('spends no search on a bad selfie, where the policy says so', async () => {
    const policy = policyWith({ authentication: { speculativeSearch: false } });
    const session = await sessions.begin('authentication', {
      input: { policy },
      overrides: {
        checkQuality: async (_, happy, nth) => (nth === 1 ? missed('quality', 'selfie_blurry') : happy()),
      },
    });
    await session.rests('requires_input');
    assert.ok(!session.called().includes('searchOwnShard'));
    const state = await session.handle.executeUpdate(submitUpdate, { args: [second] });
    assert.equal(state.status, 'verified');
    assert.deepEqual(
      session.requests('countAttempt').map(({ number }) => number),
      [1, 2],
    );
    await session.handle.result();
  });

  it('ends when the attempts are used up', async () => {
    const { state } = await run(
      { checkQuality: async () => missed('quality', 'selfie_pose') },
      { attempts: 1 },
    );
    assert.deepEqual([state.status, state.reasons], ['rejected', ['attempts_exceeded', 'selfie_pose']]);
  });

  it('expires a quarter of an hour after it began', async () => {
    const { state } = await run({ checkQuality: async () => missed('quality', 'selfie_pose') });
    assert.equal(state.status, 'expired');
    const seconds = (state.updatedAt - state.createdAt) / 1_000;
    assert.ok(seconds >= 900 && seconds < 930, `${seconds} s`);
  });

  it('sets neither a timer nor a search attribute when it ends at once', async () => {
    for (const overrides of [{}, { countAttempt: async () => ({ locked: true }) }] satisfies Overrides[]) {
      const { session } = await run(overrides);
      const types = eventTypes(await eventsOf(session.handle));
      assert.ok(!types.includes('TIMER_STARTED'));
      assert.ok(!types.includes('UPSERT_WORKFLOW_SEARCH_ATTRIBUTES'));
    }
  });
});

describe('what operators see of a session', () => {
  let sessions: SessionRunner;
  before(async function () {
    sessions = await timeSkippingSessions(this);
  });

  it('is its status, reason and check as search attributes, and the details of now', async () => {
    for (const flow of ['registration', 'authentication'] as const) {
      const session = await sessions.begin(flow, {
        overrides: {
          checkQuality: async (_, happy, nth) => (nth === 1 ? missed('quality', 'selfie_blurry') : happy()),
        },
      });
      await session.rests('requires_input');
      const { currentDetails } = await session.handle.query<{ currentDetails: string }>(
        '__temporal_workflow_metadata',
      );
      assert.match(currentDetails, /^\*\*requires_input\*\*, attempt 1 of 3\n- `selfie_blurry`: Sharpness/);
      await session.handle.executeUpdate(submitUpdate, { args: [second] });
      await session.handle.result();
      const waiting = { Status: 'requires_input', Reason: 'selfie_blurry', Check: 'quality' };
      const verified = { Status: 'verified', Reason: null, Check: null };
      assert.deepEqual(
        upserted(await eventsOf(session.handle)),
        flow === 'registration' ? [waiting, verified] : [waiting],
      );
    }
  });

  it('is what was found after the answer, too', async () => {
    const session = await sessions.begin('registration', {
      overrides: { recheckDuplicate: async () => missed('duplicate', 'duplicate_face') },
    });
    await session.handle.result();
    assert.deepEqual(upserted(await eventsOf(session.handle)).at(-1), {
      Status: 'verified',
      Reason: 'duplicate_face',
      Check: 'duplicate',
    });
  });
});

/** Throws the first `times`, then is happy. */
function failing(times: number, error: () => Error) {
  return <T>(_: unknown, happy: () => Promise<T>, nth: number): Promise<T> =>
    nth <= times ? Promise.reject(error()) : happy();
}

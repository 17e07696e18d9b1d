import assert from 'node:assert/strict';
import type { FaceRecord } from '../../domain/face-record.js';
import type { SessionState } from '../../domain/session.js';
import { cancelUpdate } from '../../workflows/messages.js';
import { missed, type Overrides, passed } from '../support/fake-activities.js';
import { assertNothingLeft, FACE, undone } from '../support/registration-steps.js';
import { meets, metRival, type RivalRow, rival } from '../support/rival.js';
import { timeSkippingSessions } from '../support/session-environments.js';
import { SUBJECT, TESTER } from '../support/session-fixtures.js';
import type { SessionRunner } from '../support/session-runner.js';

/** Minutes from the session's own place in line. */
const AHEAD = -1;
const BEHIND = 1;

describe('racing registrations of one face', () => {
  let sessions: SessionRunner;
  before(async function () {
    sessions = await timeSkippingSessions(this);
  });

  const run = async (overrides: Overrides) => {
    const session = await sessions.begin('registration', {
      overrides: { searchRivals: metRival, ...overrides },
    });
    return { session, state: await session.handle.result() };
  };
  /** Time it took until the session rested, and that status, with everything undone. */
  const reviewed = async (overrides: Overrides): Promise<[SessionState, seconds: number]> => {
    const session = await sessions.begin('registration', {
      overrides: { searchRivals: metRival, ...overrides },
    });
    await sessions.pass('1 minute');
    const state = await session.rests('needs_review');
    assert.deepEqual(undone(session), FACE);
    assertNothingLeft(session);
    await session.handle.executeUpdate(cancelUpdate, { args: [TESTER] });
    assert.equal((await session.handle.result()).status, 'canceled');
    return [state, (state.updatedAt - state.createdAt) / 1_000];
  };

  it('stands in line before it indexes, with its start and its id', async () => {
    const { session } = await run({ searchRivals: async (_, happy) => happy() });
    const [placed] = session.requests('placeFace');
    assert.equal(placed?.rank.sessionId, session.input.sessionId);
    assert.equal(placed?.subject, SUBJECT);
    const called = session.called();
    assert.ok(called.indexOf('placeFace') < called.indexOf('indexFace'));
  });

  it('searches its own shard until the new face is seen, and only then the others', async () => {
    const { session, state } = await run({
      searchRivals: async ({ only }, happy, nth) =>
        only && nth < 4 ? { seen: false, rivals: [], result: passed('duplicate') } : happy(),
    });
    assert.equal(state.status, 'verified');
    assert.deepEqual(
      session.requests('searchRivals').map(({ only, except }) => ({ only, except })),
      [
        ...Array(4).fill({ only: 'collection', except: undefined }),
        { only: undefined, except: 'collection' },
      ],
    );
    const { evidence } = state.checks.find(({ check }) => check === 'duplicate') ?? {};
    assert.equal(evidence?.calls, 3, 'of the first search, the last of the own shard, and the others');
  });

  it('asks a human when the new face cannot be found within 10 s', async () => {
    const [state, seconds] = await reviewed({
      searchRivals: async () => ({ seen: false, rivals: [], result: passed('duplicate') }),
    });
    assert.deepEqual(state.reasons, ['duplicate_check_incomplete']);
    assert.ok(seconds >= 10 && seconds < 14, `${seconds} s`);
  });

  it('asks a human when a rival ahead in line has not decided within 30 s', async () => {
    const [state, seconds] = await reviewed(meets((row) => [row('tentative', AHEAD)]));
    assert.deepEqual(state.reasons, ['duplicate_check_incomplete']);
    assert.ok(seconds >= 30 && seconds < 34, `${seconds} s`);
  });

  it('asks a human about a face that is only similar', async () => {
    const [state] = await reviewed({
      searchRivals: async () => ({
        seen: true,
        rivals: [],
        result: { ...missed('duplicate', 'duplicate_suspected'), outcome: 'incomplete' },
      }),
    });
    assert.deepEqual(state.reasons, ['duplicate_suspected']);
  });

  const outcomes: [
    what: string,
    rows: (row: RivalRow, nth: number) => FaceRecord[],
    status: string,
    displaced?: boolean,
  ][] = [
    ['a rival that is active wins', (row) => [row('active', BEHIND)], 'rejected'],
    [
      'a rival ahead that becomes active wins',
      (row, nth) => [row(nth < 3 ? 'tentative' : 'active', AHEAD)],
      'rejected',
    ],
    [
      'a rival ahead that gives up is ignored',
      (row, nth) => (nth < 3 ? [row('tentative', AHEAD)] : []),
      'verified',
    ],
    ['a rival that lost is ignored', (row) => [row('lost', AHEAD)], 'verified'],
    ['a rival without a row is ignored', () => [], 'verified'],
    [
      'an active row that does not list the face is ignored',
      (row) => [{ ...row('active', AHEAD), faces: {} }],
      'verified',
    ],
    ['a rival behind is displaced', (row) => [row('tentative', BEHIND)], 'verified', true],
    [
      'a rival that has stood in line for more than an hour is abandoned: it is displaced at once',
      (row) => [row('tentative', -61)],
      'verified',
      true,
    ],
    [
      'a rival that has stood in line for 59 minutes is waited for',
      (row, nth) => [row(nth < 3 ? 'tentative' : 'active', -59)],
      'rejected',
    ],
    [
      'who stood in line an hour before the rival waits for it',
      (row, nth) => [row(nth < 3 ? 'tentative' : 'lost', 61)],
      'verified',
    ],
  ];
  for (const [what, rows, status, displaced = false] of outcomes) {
    it(what, async () => {
      const { session, state } = await run(meets(rows));
      assert.equal(state.status, status);
      assert.deepEqual(state.reasons, status === 'rejected' ? ['duplicate_face'] : []);
      assert.equal(session.called().includes('displaceFace'), displaced);
      if (status === 'rejected') assertNothingLeft(session);
    });
  }

  it('looks again at a rival that could not be displaced', async () => {
    const { session, state } = await run({
      ...meets((row, nth) => [row(nth === 1 ? 'tentative' : 'active', BEHIND)]),
      displaceFace: async () => ({ displaced: false }),
    });
    assert.equal(state.status, 'rejected');
    assert.deepEqual(state.reasons, ['duplicate_face']);
    assertNothingLeft(session);
  });

  it('takes nobody out of the race while somebody is ahead', async () => {
    const behind = 'behind22222222222222222222';
    const { session, state } = await run({
      ...meets((row, nth) => [
        { ...row('tentative', BEHIND), subject: behind },
        row(nth < 3 ? 'tentative' : 'lost', AHEAD),
      ]),
      searchRivals: async ({ only }) => ({
        seen: only !== undefined,
        rivals: only ? [rival, { ...rival, subject: behind }] : [],
        result: passed('duplicate'),
      }),
    });
    assert.equal(state.status, 'verified');
    assert.deepEqual(
      session.requests('displaceFace').map(({ face }) => face.subject),
      [behind],
    );
    const called = session.called();
    assert.ok(called.indexOf('displaceFace') > called.lastIndexOf('readFaces'));
  });

  it('stands where its row stands, though the answer to placing it was lost once', async () => {
    let first = 0;
    const { session, state } = await run({
      // Five minutes behind where the first try put our row, and five before where the second would have.
      ...meets((row) => [
        { ...row('tentative', BEHIND), rank: { startedAt: first + 5 * 60_000, sessionId: 'rival' } },
      ]),
      placeFace: async ({ rank }, happy) => {
        first = rank.startedAt - 10 * 60_000;
        return { ...(await happy()), rank: { ...rank, startedAt: first } };
      },
    });
    assert.equal(state.status, 'verified');
    assert.deepEqual(session.called().includes('displaceFace'), true);
  });
});

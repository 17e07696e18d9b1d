import assert from 'node:assert/strict';
import type { FaceRecord, FaceState } from '../../domain/face-record.js';
import type { SessionState } from '../../domain/session.js';
import { cancelUpdate } from '../../workflows/messages.js';
import { missed, type Overrides, passed } from '../support/fake-activities.js';
import { assertNothingLeft, FACE, undone } from '../support/registration-steps.js';
import { timeSkippingSessions } from '../support/session-environments.js';
import { photoRef, SUBJECT } from '../support/session-fixtures.js';
import type { SessionRunner } from '../support/session-runner.js';

const rival = { subject: 'rival222222222222222222222', faceKey: 'rival', faceId: 'rival-face' };
const AHEAD = 0;
const BEHIND = Number.MAX_SAFE_INTEGER;

function row(state: FaceState, startedAt = AHEAD): FaceRecord {
  const { subject, faceKey, faceId } = rival;
  const faces = { '1': { faceId, collection: 'collection', faceModelVersion: '7.0' } };
  return {
    subject,
    faceKey,
    state,
    rank: { startedAt, sessionId: 'rival' },
    faces,
    image: photoRef('selfie'),
  };
}

/** A rival that is found where the new face is. */
const searchRivals: Overrides['searchRivals'] = async ({ only }) => ({
  seen: only !== undefined,
  rivals: only ? [rival] : [],
  result: passed('duplicate'),
});

describe('racing registrations of one face', () => {
  let sessions: SessionRunner;
  before(async function () {
    sessions = await timeSkippingSessions(this);
  });

  const run = async (overrides: Overrides) => {
    const session = await sessions.begin('registration', { overrides: { searchRivals, ...overrides } });
    return { session, state: await session.handle.result() };
  };
  /** Time it took until the session rested, and that status, with everything undone. */
  const reviewed = async (overrides: Overrides): Promise<[SessionState, seconds: number]> => {
    const session = await sessions.begin('registration', { overrides: { searchRivals, ...overrides } });
    await sessions.pass('1 minute');
    const state = await session.rests('needs_review');
    assert.deepEqual(undone(session), FACE);
    assertNothingLeft(session);
    await session.handle.executeUpdate(cancelUpdate);
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
    const [state, seconds] = await reviewed({ readFaces: async () => ({ rows: [row('tentative')] }) });
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

  const outcomes: [what: string, readFaces: Overrides['readFaces'], status: string, displaced?: boolean][] = [
    ['a rival that is active wins', async () => ({ rows: [row('active')] }), 'rejected'],
    [
      'a rival ahead that becomes active wins',
      async (_request, _happy, nth) => ({ rows: [row(nth < 3 ? 'tentative' : 'active')] }),
      'rejected',
    ],
    [
      'a rival ahead that gives up is ignored',
      async (_request, _happy, nth) => ({ rows: nth < 3 ? [row('tentative')] : [] }),
      'verified',
    ],
    ['a rival that lost is ignored', async () => ({ rows: [row('lost')] }), 'verified'],
    ['a rival without a row is ignored', async () => ({ rows: [] }), 'verified'],
    [
      'an active row that does not list the face is ignored',
      async () => ({ rows: [{ ...row('active'), faces: {} }] }),
      'verified',
    ],
    ['a rival behind is displaced', async () => ({ rows: [row('tentative', BEHIND)] }), 'verified', true],
  ];
  for (const [what, readFaces, status, displaced = false] of outcomes) {
    it(what, async () => {
      const { session, state } = await run(readFaces ? { readFaces } : {});
      assert.equal(state.status, status);
      assert.deepEqual(state.reasons, status === 'rejected' ? ['duplicate_face'] : []);
      assert.equal(session.called().includes('displaceFace'), displaced);
      if (status === 'rejected') assertNothingLeft(session);
    });
  }

  it('looks again at a rival that could not be displaced', async () => {
    const { session, state } = await run({
      readFaces: async (_request, _happy, nth) => ({
        rows: [row(nth === 1 ? 'tentative' : 'active', BEHIND)],
      }),
      displaceFace: async () => ({ displaced: false }),
    });
    assert.equal(state.status, 'rejected');
    assert.deepEqual(state.reasons, ['duplicate_face']);
    assertNothingLeft(session);
  });

  it('takes nobody out of the race while somebody is ahead', async () => {
    const behind = { ...row('tentative', BEHIND), subject: 'behind22222222222222222222' };
    const { session, state } = await run({
      searchRivals: async ({ only }) => ({
        seen: only !== undefined,
        rivals: only ? [rival, { ...rival, subject: behind.subject }] : [],
        result: passed('duplicate'),
      }),
      readFaces: async (_request, _happy, nth) => ({
        rows: [behind, row(nth < 3 ? 'tentative' : 'lost')],
      }),
    });
    assert.equal(state.status, 'verified');
    assert.deepEqual(
      session.requests('displaceFace').map(({ face }) => face.subject),
      [behind.subject],
    );
    const called = session.called();
    assert.ok(called.indexOf('displaceFace') > called.lastIndexOf('readFaces'));
  });

  it('stands where its row stands, though the answer to placing it was lost once', async () => {
    const { session, state } = await run({
      placeFace: async ({ rank }, happy) => ({ ...(await happy()), rank: { ...rank, startedAt: 1_000 } }),
      readFaces: async () => ({ rows: [row('tentative', 2_000)] }),
    });
    assert.equal(state.status, 'verified');
    assert.deepEqual(session.called().includes('displaceFace'), true);
  });
});

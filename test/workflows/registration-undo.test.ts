import assert from 'node:assert/strict';
import type { Activities } from '../../activities/index.js';
import type { Status } from '../../domain/status.js';
import { cancelUpdate } from '../../workflows/messages.js';
import { missed, type Overrides, passed } from '../support/fake-activities.js';
import { timeSkippingSessions } from '../support/session-environments.js';
import { photoRef } from '../support/session-fixtures.js';
import type { SessionRunner, TestSession } from '../support/session-runner.js';
import { gate, operatorMustAct, throttled } from '../support/stop-at.js';

type Name = keyof Activities;

const USER = ['releaseUser'];
const ROW = ['withdrawFace', ...USER];
const FACE = ['removeFace', ...ROW];
const PHOTO = ['discardPhotos', ...FACE];
const UNDOS = new Set<string>(PHOTO);

const rival = { subject: 'rival222222222222222222222', faceKey: 'rival', faceId: 'rival-face' };
const metRival: Overrides['searchRivals'] = async ({ only }) => ({
  seen: only !== undefined,
  rivals: only ? [rival] : [],
  result: passed('duplicate'),
});

interface Step {
  name: Name;
  /** Which of its calls is meant, from 1. */
  nth?: number;
  /** What must be undone when it does not end well, in this order. */
  undos: string[];
  /** What else has to be so that it is called. */
  given?: Overrides;
  /** Where it refuses: its answer, and where that leaves the session. */
  refusal?: [answer: unknown, status: Status];
}

/** Every step of a registration, in order. */
const steps: Step[] = [
  { name: 'checkQuality', undos: [], refusal: [missed('quality', 'selfie_pose'), 'requires_input'] },
  { name: 'comparePhotos', undos: [], refusal: [missed('face_match', 'face_mismatch'), 'requires_input'] },
  { name: 'reserveUser', undos: USER, refusal: [{ outcome: 'exists' }, 'rejected'] },
  {
    name: 'searchDuplicates',
    undos: USER,
    refusal: [missed('duplicate', 'duplicate_suspected'), 'needs_review'],
  },
  { name: 'placeFace', undos: ROW },
  {
    name: 'indexFace',
    undos: FACE,
    refusal: [{ result: missed('quality', 'selfie_low_quality') }, 'requires_input'],
  },
  {
    name: 'searchRivals',
    undos: FACE,
    refusal: [{ seen: true, rivals: [], result: missed('duplicate', 'duplicate_suspected') }, 'needs_review'],
  },
  {
    name: 'searchRivals',
    nth: 2,
    undos: FACE,
    refusal: [{ seen: false, rivals: [], result: missed('duplicate', 'duplicate_face') }, 'rejected'],
  },
  { name: 'readFace', undos: FACE, given: { searchRivals: metRival } },
  {
    name: 'displaceFace',
    undos: FACE,
    given: {
      searchRivals: metRival,
      readFace: async () => ({
        row: {
          ...rival,
          state: 'tentative',
          rank: { startedAt: Number.MAX_SAFE_INTEGER, sessionId: 'later' },
          faces: {},
          image: photoRef('selfie'),
        },
      }),
    },
  },
  { name: 'promotePhoto', undos: PHOTO },
  { name: 'commitFace', undos: PHOTO, refusal: [{ committed: false }, 'rejected'] },
];

describe('undo of a registration', () => {
  let sessions: SessionRunner;
  before(async function () {
    sessions = await timeSkippingSessions(this);
  });

  const begin = ({ name, nth = 1, given }: Step, stop: (happy: () => Promise<unknown>) => Promise<unknown>) =>
    sessions.begin('registration', {
      // Local activities hold up a cancel until the task sends its heartbeat.
      workflowTaskTimeout: '1s',
      input: { photos: { selfie: photoRef('selfie'), reference: photoRef('reference') } },
      overrides: {
        ...given,
        [name]: (request: never, happy: () => Promise<unknown>, count: number) => {
          const otherwise = given?.[name] as ((...args: unknown[]) => Promise<unknown>) | undefined;
          const usual = () => (otherwise ? otherwise(request, happy, count) : happy());
          return count === nth ? stop(usual) : usual();
        },
      },
    });

  const undone = (session: TestSession) => session.called().filter((name) => UNDOS.has(name));
  const assertNothingLeft = (session: TestSession) =>
    assert.deepEqual(session.world.left, { user: false, face: false, photo: false });
  const end = async (session: TestSession) => {
    await session.handle.executeUpdate(cancelUpdate);
    return session.handle.result();
  };

  for (const step of steps) {
    const title = step.nth ? `${step.name} (${step.nth})` : step.name;

    if (step.refusal) {
      const [answer, status] = step.refusal;
      it(`${title} refuses: ${status}, and everything before it is undone`, async () => {
        const session = await begin(step, async (happy) => {
          // A refused commit left no active row; every other effect is there.
          if (step.name !== 'commitFace') await happy();
          return answer;
        });
        if (status === 'rejected') assert.equal((await session.handle.result()).status, status);
        else {
          await session.rests(status);
          assert.equal((await end(session)).status, 'canceled');
        }
        assert.deepEqual(undone(session), step.undos);
        assertNothingLeft(session);
      });
    }

    it(`${title} needs an operator, though it had its effect: blocked and undone`, async () => {
      const session = await begin(step, async (happy) => {
        // A commit that counted and is not known to: see `commitFace` below.
        if (step.name !== 'commitFace') await happy();
        throw operatorMustAct();
      });
      const state = await session.rests('blocked');
      assert.deepEqual(state.reasons, ['operator_must_act']);
      assert.deepEqual(state.attempts, { used: 0, max: 3 });
      assert.deepEqual(undone(session), step.undos);
      assertNothingLeft(session);
      assert.equal((await end(session)).status, 'canceled');
      assert.deepEqual(undone(session), step.undos, 'nothing is undone twice');
    });

    if (step.name === 'commitFace') continue; // not to be interrupted: see below
    it(`${title} is interrupted by a cancel, yet has its effect: canceled and undone`, async () => {
      const acting = gate();
      const session = await begin(step, async (happy) => {
        await acting.wait();
        return happy();
      });
      await acting.reached;
      const canceling = await session.handle.startUpdate(cancelUpdate, { waitForStage: 'ACCEPTED' });
      acting.open();
      assert.equal((await canceling.result()).status, 'canceled');
      await session.handle.result();
      assert.deepEqual(undone(session), step.undos);
      assertNothingLeft(session);
    });
  }

  it('does not stop at a cancel during the commit: that is verified', async () => {
    const committing = gate();
    const session = await sessions.begin('registration', {
      overrides: {
        commitFace: async (_, happy) => {
          await committing.wait();
          return happy();
        },
      },
    });
    await committing.reached;
    const canceling = await session.handle.startUpdate(cancelUpdate, { waitForStage: 'ACCEPTED' });
    committing.open();
    assert.equal((await canceling.result()).status, 'verified');
    assert.deepEqual(undone(session), []);
    await session.handle.result();
  });

  it('goes on committing after a cancel, though the first answer was lost', async () => {
    const committing = gate();
    const session = await sessions.begin('registration', {
      overrides: {
        commitFace: async (_, happy, nth) => {
          const answer = await happy();
          if (nth > 1) return answer;
          await committing.wait();
          throw throttled();
        },
      },
    });
    await committing.reached;
    const canceling = await session.handle.startUpdate(cancelUpdate, { waitForStage: 'ACCEPTED' });
    committing.open();
    const [state] = await Promise.all([canceling.result(), session.handle.result()]);
    assert.equal(state.status, 'verified');
    assert.deepEqual(session.world.left, { user: true, row: 'active', face: true, photo: true });
  });

  it('waits for the other step of a pair that failed, so that nothing acts after its undo', async () => {
    const session = await sessions.begin('registration', {
      overrides: {
        reserveUser: async (_, happy, nth) => {
          if (nth === 1) throw throttled('5s');
          return happy();
        },
        searchDuplicates: async () => {
          throw operatorMustAct();
        },
      },
    });
    await session.rests('blocked');
    await sessions.pass('1 minute');
    assertNothingLeft(session);
    await end(session);
  });

  it('never gives up', async () => {
    const session = await sessions.begin('registration', {
      overrides: {
        commitFace: async () => ({ committed: false }),
        removeFace: async (_, happy, nth) => {
          if (nth <= 5) throw throttled();
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
    const requests = async (indexFace: Overrides['indexFace']) => {
      const session = await sessions.begin('registration', {
        overrides: { ...(indexFace ? { indexFace } : {}), commitFace: async () => ({ committed: false }) },
      });
      if (indexFace) {
        await session.rests('blocked');
        await end(session);
      } else await session.handle.result();
      return session.requests('removeFace')[0];
    };
    const known = await requests(undefined);
    const lost = await requests(async () => {
      throw operatorMustAct();
    });
    assert.deepEqual(known, { ...lost, faceId: 'face' });
  });
});

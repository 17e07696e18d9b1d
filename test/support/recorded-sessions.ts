import type { Photos } from '../../domain/image-ref.js';
import { cancelUpdate, resumeUpdate, submitUpdate } from '../../workflows/messages.js';
import { missed, passed } from './fake-activities.js';
import { recordedCaptures } from './recorded-captures.js';
import { recordedPhotoUpdates } from './recorded-photo-updates.js';
import { meets, rival } from './rival.js';
import { photoRef, policyWith, TESTER } from './session-fixtures.js';
import type { Beginning, Flow, TestSession } from './session-runner.js';
import { gate, operatorMustAct, throttled } from './stop-at.js';

/** A session worth keeping the history of. */
export interface RecordedSession {
  /** Also the name of the file and the session's id. */
  name: string;
  flow: Flow;
  beginning?: Beginning;
  /** What comes from outside before it ends; `answered` is the request that began it. */
  drive?: (session: TestSession, answered: Promise<unknown>) => Promise<unknown>;
}

const first: { photos: Photos } = { photos: { selfie: photoRef('selfie') } };
const second: { photos: Photos } = { photos: { selfie: photoRef('selfie', 'second') } };
const reference = { selfie: photoRef('selfie'), reference: photoRef('reference') };
const submit = (session: TestSession) => session.handle.executeUpdate(submitUpdate, { args: [second] });
const cancel = (session: TestSession) => session.handle.executeUpdate(cancelUpdate, { args: [TESTER] });
const indexing = gate();

/** Every interesting path of every workflow. */
export const recordedSessions: readonly RecordedSession[] = [
  ...recordedCaptures,
  ...recordedPhotoUpdates,
  { name: 'registration-verified', flow: 'registration' },
  { name: 'registration-with-reference', flow: 'registration', beginning: { input: { photos: reference } } },
  {
    name: 'registration-flagged-afterwards',
    flow: 'registration',
    beginning: { overrides: { recheckDuplicate: async () => missed('duplicate', 'duplicate_face') } },
  },
  {
    name: 'registration-duplicate',
    flow: 'registration',
    beginning: { overrides: { searchDuplicates: async () => missed('duplicate', 'duplicate_face') } },
  },
  {
    name: 'registration-second-selfie',
    flow: 'registration',
    beginning: {
      overrides: {
        checkQuality: async (_, happy, nth) => (nth === 1 ? missed('quality', 'selfie_blurry') : happy()),
      },
    },
    drive: async (session) => {
      await session.rests('requires_input');
      await session.handle.executeUpdate(submitUpdate, { args: [first] });
      await submit(session);
    },
  },
  {
    name: 'registration-waits-for-selfie',
    flow: 'registration',
    beginning: { input: { photos: {} } },
    drive: async (session, answered) => {
      await answered;
      await submit(session);
    },
  },
  {
    name: 'registration-expired',
    flow: 'registration',
    beginning: { input: { photos: {}, policy: policyWith({ registration: { expiresAfterSeconds: 1 } }) } },
  },
  {
    name: 'registration-canceled-while-indexing',
    flow: 'registration',
    beginning: {
      overrides: {
        indexFace: async (_, happy) => {
          await indexing.wait();
          return happy();
        },
      },
    },
    drive: async (session) => {
      await indexing.reached;
      const canceling = await session.handle.startUpdate(cancelUpdate, {
        args: [TESTER],
        waitForStage: 'ACCEPTED',
      });
      indexing.open();
      await canceling.result();
    },
  },
  {
    name: 'registration-blocked-and-resumed',
    flow: 'registration',
    beginning: {
      overrides: {
        placeFace: async (_, happy, nth) => (nth === 1 ? Promise.reject(operatorMustAct()) : happy()),
      },
    },
    drive: async (session) => {
      await session.rests('blocked');
      await session.handle.executeUpdate(resumeUpdate, { args: [TESTER] });
    },
  },
  {
    name: 'registration-review-canceled',
    flow: 'registration',
    beginning: {
      overrides: {
        searchRivals: async () => ({
          seen: true,
          rivals: [],
          result: { ...missed('duplicate', 'duplicate_suspected'), outcome: 'incomplete' },
        }),
      },
    },
    drive: async (session) => {
      await session.rests('needs_review');
      await cancel(session);
    },
  },
  {
    name: 'registration-review-expired',
    flow: 'registration',
    beginning: {
      input: {
        policy: policyWith({
          registration: { review: { escalateAfterSeconds: 1, withinSeconds: 2, otherwise: 'reject' } },
        }),
      },
      overrides: { searchDuplicates: async () => missed('duplicate', 'duplicate_check_incomplete') },
    },
  },
  {
    name: 'registration-lost-race',
    flow: 'registration',
    beginning: { overrides: { commitFace: async () => ({ committed: false }) } },
  },
  {
    name: 'registration-waits-for-rival',
    flow: 'registration',
    beginning: {
      overrides: {
        ...meets((row, nth) => [row(nth === 1 ? 'tentative' : 'lost', -1)]),
        searchRivals: async ({ only }, _happy, nth) => ({
          seen: only !== undefined && nth > 1,
          rivals: only ? [rival] : [],
          result: passed('duplicate'),
        }),
      },
    },
  },
  {
    name: 'registration-displaces-rival',
    flow: 'registration',
    beginning: { overrides: meets((row) => [row('tentative', 1)]) },
  },
  {
    name: 'registration-outage',
    flow: 'registration',
    // Longer than the quick tries last: then as a regular activity.
    beginning: {
      overrides: {
        checkQuality: async (_, happy, nth) => (nth <= 4 ? Promise.reject(throttled()) : happy()),
        reserveUser: async (_, happy, nth) => (nth <= 3 ? Promise.reject(throttled()) : happy()),
      },
    },
  },
  {
    name: 'registration-row-needs-operator',
    flow: 'registration',
    beginning: {
      overrides: {
        openSession: async (_, happy, nth) => (nth === 1 ? Promise.reject(operatorMustAct()) : happy()),
      },
    },
  },
  {
    name: 'registration-throttled',
    flow: 'registration',
    beginning: {
      overrides: {
        checkQuality: async (_, happy, nth) => (nth === 1 ? Promise.reject(throttled('3s')) : happy()),
        indexFace: async (_, happy, nth) => (nth === 1 ? Promise.reject(throttled()) : happy()),
      },
    },
  },
  { name: 'login-verified', flow: 'authentication' },
  {
    name: 'login-of-somebody-unknown',
    flow: 'authentication',
    beginning: { input: { subject: undefined as never, scope: { country: 'DE' } } },
  },
  {
    name: 'login-locked-out',
    flow: 'authentication',
    beginning: { overrides: { countAttempt: async () => ({ locked: true }) } },
  },
  {
    name: 'login-not-recognised',
    flow: 'authentication',
    beginning: {
      overrides: { searchOwnShard: async () => ({ result: missed('user_match', 'face_not_recognised') }) },
    },
  },
  {
    name: 'login-unavailable-then-verified',
    flow: 'authentication',
    beginning: {
      overrides: {
        searchOwnShard: async (_, happy, nth) => (nth <= 2 ? Promise.reject(throttled()) : happy()),
      },
    },
    drive: async (session) => {
      await session.rests('requires_input');
      await submit(session);
    },
  },
  {
    name: 'login-without-speculative-search',
    flow: 'authentication',
    beginning: {
      input: { policy: policyWith({ authentication: { speculativeSearch: false, attempts: 1 } }) },
      overrides: { checkQuality: async () => missed('quality', 'selfie_eyes_closed') },
    },
  },
];

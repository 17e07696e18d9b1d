import { livenessUpdate, reviewUpdate, submitUpdate } from '../../workflows/messages.js';
import { captureImage, missed } from './fake-activities.js';
import type { RecordedSession } from './recorded-sessions.js';
import { photoRef, policyWith } from './session-fixtures.js';
import type { TestSession } from './session-runner.js';
import { throttled } from './stop-at.js';

const { checks, inputs } = policyWith().flows.authentication;
const captured = { ...inputs, selfie: 'off', liveness: 'required' } as const;
const login = { checks: [...checks, 'liveness'], inputs: captured } as const;
const registration = { checks: ['quality', 'liveness', 'duplicate'], inputs: captured } as const;

/** Begins a capture and hands it in. */
async function capture({ handle }: TestSession): Promise<void> {
  const { liveness } = await handle.executeUpdate(livenessUpdate);
  await handle.executeUpdate(submitUpdate, { args: [{ photos: {}, liveness: liveness?.id ?? '' }] });
}

/** Every interesting path of a session with a liveness capture. */
export const recordedCaptures: readonly RecordedSession[] = [
  {
    name: 'login-captured-and-verified',
    flow: 'authentication',
    beginning: { input: { photos: {}, policy: policyWith({ authentication: login }) } },
    drive: async (session, answered) => {
      await answered;
      await capture(session);
    },
  },
  {
    name: 'login-captured-in-cool-down-and-outage',
    flow: 'authentication',
    beginning: {
      input: { photos: {}, policy: policyWith({ authentication: login }) },
      overrides: {
        startLiveness: async (_, happy, nth) => (nth === 1 ? { coolDownSeconds: 9 } : happy()),
        searchOwnShard: async (_, happy, nth) => (nth <= 2 ? Promise.reject(throttled()) : happy()),
      },
    },
    drive: async (session, answered) => {
      await answered;
      await session.handle.executeUpdate(livenessUpdate).catch(() => {});
      await capture(session); // the search does not answer
      const liveness = (await session.state()).liveness?.id ?? '';
      await session.handle.executeUpdate(submitUpdate, { args: [{ photos: {}, liveness }] });
    },
  },
  {
    name: 'registration-captured-twice',
    flow: 'registration',
    beginning: {
      input: {
        photos: { selfie: photoRef('selfie') },
        policy: policyWith({
          registration: { ...registration, inputs: { ...captured, selfie: 'required' } },
          liveness: { selfie: 'separate' },
        }),
      },
      overrides: {
        readLiveness: async ({ captureId }, happy, nth) =>
          nth === 1
            ? { result: missed('liveness', 'liveness_failed'), images: [captureImage(captureId)] }
            : happy(),
      },
    },
    drive: async (session, answered) => {
      await answered;
      await capture(session);
      await capture(session);
    },
  },
  {
    name: 'registration-captured-and-approved',
    flow: 'registration',
    beginning: {
      input: { photos: {}, policy: policyWith({ registration }) },
      overrides: {
        searchDuplicates: async (_, happy, nth) =>
          nth === 1 ? missed('duplicate', 'duplicate_suspected') : happy(),
      },
    },
    drive: async (session, answered) => {
      await answered;
      await capture(session);
      const review = { decision: 'approve', by: 'tests' } as const;
      await session.handle.executeUpdate(reviewUpdate, { args: [review] });
    },
  },
];

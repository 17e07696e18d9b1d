import { resumeUpdate, submitUpdate } from '../../workflows/messages.js';
import { missed } from './fake-activities.js';
import type { RecordedSession } from './recorded-sessions.js';
import { photoRef, TESTER } from './session-fixtures.js';
import { operatorMustAct, throttled } from './stop-at.js';

const flow = 'photo_update';
const both = { selfie: photoRef('selfie'), reference: photoRef('reference') };

/** Every interesting path of a photo update. */
export const recordedPhotoUpdates: readonly RecordedSession[] = [
  { name: 'photo-update-verified', flow },
  {
    name: 'photo-update-second-reference',
    flow,
    beginning: {
      input: { photos: both },
      overrides: {
        searchOwnShard: async ({ image }, happy) =>
          image.key === both.reference.key
            ? { result: missed('user_match', 'face_not_recognised') }
            : happy(),
      },
    },
    drive: async (session) => {
      await session.rests('requires_input');
      const photos = { reference: photoRef('reference', 'second') };
      await session.handle.executeUpdate(submitUpdate, { args: [{ photos }] });
    },
  },
  {
    name: 'photo-update-of-busy-user',
    flow,
    beginning: { overrides: { holdUser: async () => ({ outcome: 'busy' }) } },
  },
  {
    name: 'photo-update-lost-race-and-undone',
    flow,
    beginning: { overrides: { commitFace: async () => ({ committed: false }) } },
  },
  {
    name: 'photo-update-blocked-and-resumed',
    flow,
    beginning: {
      overrides: {
        searchDuplicates: async (_, happy, nth) => (nth === 1 ? Promise.reject(operatorMustAct()) : happy()),
      },
    },
    drive: async (session) => {
      await session.rests('blocked');
      await session.handle.executeUpdate(resumeUpdate, { args: [TESTER] });
    },
  },
  {
    name: 'photo-update-old-face-throttled',
    flow,
    beginning: {
      overrides: {
        replaceFaces: async (_, happy, nth) => (nth === 1 ? Promise.reject(throttled()) : happy()),
      },
    },
  },
];

import { missed } from './fake-activities.js';
import { FACE, INDEXING, ROW, type Step, USER } from './registration-steps.js';
import { meets, metRival } from './rival.js';

/** Every step of a photo update with a reference, in order, up to its commit. */
export const steps: readonly Step[] = [
  { name: 'holdUser', undos: USER, refusal: [{ outcome: 'busy' }, 'rejected'] },
  { name: 'checkQuality', undos: USER, refusal: [missed('quality', 'selfie_pose'), 'requires_input'] },
  {
    name: 'checkQuality',
    nth: 2,
    undos: USER,
    refusal: [missed('quality', 'selfie_blurry'), 'requires_input'],
  },
  { name: 'countAttempt', undos: USER, refusal: [{ locked: true }, 'rejected'] },
  {
    name: 'searchDuplicates',
    undos: USER,
    refusal: [missed('duplicate', 'duplicate_suspected'), 'needs_review'],
  },
  {
    name: 'searchOwnShard',
    undos: USER,
    refusal: [{ result: missed('user_match', 'face_not_recognised') }, 'rejected'],
  },
  {
    name: 'searchOwnShard',
    nth: 2,
    undos: USER,
    refusal: [{ result: missed('user_match', 'face_not_recognised') }, 'requires_input'],
  },
  { name: 'placeFace', undos: ROW },
  {
    name: 'indexFace',
    undos: INDEXING,
    undosAfter: FACE,
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
  { name: 'readFaces', undos: FACE, given: () => ({ searchRivals: metRival }) },
  { name: 'displaceFace', undos: FACE, given: () => meets((row) => [row('tentative', 1)]) },
  { name: 'promotePhoto', undos: FACE },
  { name: 'commitFace', undos: FACE, refusal: [{ committed: false }, 'rejected'] },
];

import type { Reason } from './reason.js';

const selfie = { check: 'quality', disposition: 'retry', input: 'selfie' } as const;
const reference = { check: 'quality', disposition: 'retry', input: 'reference' } as const;

/**
 * What is wrong with a photo of a face: the whitepaper, "New user registration" step 1 and "Best practices - Faces APIs"
 * (pose, sharpness, brightness, eyes, sunglasses, face size, occlusion, one face only).
 */
export const qualityReasons = {
  selfie_no_face: {
    ...selfie,
    person: 'We could not see a face. Hold the camera at eye level and look straight into it.',
    operator: 'DetectFaces found no face in the selfie.',
  },
  selfie_multiple_faces: {
    ...selfie,
    person: 'There is more than one face in the photo. Only you should be in it.',
    operator: 'DetectFaces found more than one face in the selfie.',
  },
  selfie_face_too_small: {
    ...selfie,
    person: 'Your face is too small in the photo. Come closer to the camera.',
    operator: 'The face box is smaller than the policy allows.',
  },
  selfie_pose: {
    ...selfie,
    person: 'Look straight into the camera and keep your head upright.',
    operator: 'Yaw or pitch is outside the policy’s range.',
  },
  selfie_blurry: {
    ...selfie,
    person: 'The photo is blurred. Hold the camera still and wipe the lens.',
    operator: 'Sharpness is below the policy’s minimum.',
  },
  selfie_too_dark: {
    ...selfie,
    person: 'It is too dark. Turn towards a window or a lamp.',
    operator: 'Brightness is below the policy’s minimum.',
  },
  selfie_too_bright: {
    ...selfie,
    person: 'It is too bright. Move out of direct light.',
    operator: 'Brightness is above the policy’s maximum.',
  },
  selfie_eyes_closed: {
    ...selfie,
    person: 'Keep your eyes open and look into the camera.',
    operator: 'EyesOpen is false or below the policy’s confidence.',
  },
  selfie_sunglasses: {
    ...selfie,
    person: 'Take off your sunglasses.',
    operator: 'Sunglasses is true.',
  },
  selfie_occluded: {
    ...selfie,
    person: 'Something covers your face. Take off caps, masks or scarves and move your hair aside.',
    operator: 'FaceOccluded is true.',
  },
  selfie_low_quality: {
    ...selfie,
    person: 'The photo is not clear enough. Try again in better light, with the camera held still.',
    operator: 'Rekognition’s QualityFilter left the face out.',
  },
  selfie_unreadable: {
    ...selfie,
    person: 'The photo could not be read. Take a new one.',
    operator: 'Rekognition refused the selfie’s format or size.',
  },
  reference_no_face: {
    ...reference,
    person: 'We could not see a face in the second photo. Use one that shows your face clearly.',
    operator: 'No usable face in the reference photo.',
  },
  reference_unreadable: {
    ...reference,
    person: 'The second photo could not be read. Use another one.',
    operator: 'Rekognition refused the reference photo’s format or size.',
  },
  reference_multiple_faces: {
    ...reference,
    person: 'There is more than one face in the second photo. Only you should be in it.',
    operator: 'DetectFaces found more than one face in the reference photo.',
  },
  reference_low_quality: {
    ...reference,
    person: 'The second photo is not clear enough. Use a sharper one in better light.',
    operator:
      'The reference photo misses a gate of the policy, or Rekognition’s QualityFilter left the face out.',
  },
} as const satisfies Record<string, Reason>;

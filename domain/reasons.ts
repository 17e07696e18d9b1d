/**
 * The one catalogue of reasons: why a check did not pass and what happens next. It feeds decisions, the HTTP API,
 * the documentation and (later) the capture page.
 *
 * `retry`: the person may try again. `final`: this session is over. `review`: a human decides.
 */
export type Disposition = 'retry' | 'final' | 'review';

export type Check = 'quality' | 'liveness' | 'document' | 'face_match' | 'duplicate' | 'user_match';

export interface Reason {
  check: Check | 'session';
  disposition: Disposition;
  /** Which photo has to be taken again; only where the disposition is `retry`. */
  input?: 'selfie' | 'reference';
  /** Shown to the person in front of the camera. Never says what an attacker could learn from. */
  person: string;
  /** Shown to operators and application developers, never to the person. */
  operator: string;
}

const selfie = { check: 'quality', disposition: 'retry', input: 'selfie' } as const;
const reference = { check: 'quality', disposition: 'retry', input: 'reference' } as const;

/**
 * Quality reasons follow the whitepaper, "New user registration" step 1 and "Best practices - Faces APIs" (pose,
 * sharpness, brightness, eyes, sunglasses, face size, occlusion, one face only).
 */
export const reasons = {
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
  face_mismatch: {
    check: 'face_match',
    disposition: 'retry',
    input: 'selfie',
    person: 'The two photos do not seem to show the same person. Try again in better light.',
    operator: 'CompareFaces similarity is below the policy’s match threshold.',
  },
  duplicate_face: {
    check: 'duplicate',
    disposition: 'final',
    person: 'This person is already registered. Log in instead, or contact support.',
    operator:
      'The face belongs to another active user, or another registration of the same face won the race.',
  },
  duplicate_suspected: {
    check: 'duplicate',
    disposition: 'review',
    person: 'We need a little longer to check your registration.',
    operator: 'Another active user’s face is similar enough to be looked at by a human.',
  },
  duplicate_check_incomplete: {
    check: 'duplicate',
    disposition: 'review',
    person: 'We need a little longer to check your registration.',
    operator: 'A shard, a rival registration or the new face itself did not answer in time.',
  },
  face_not_recognised: {
    check: 'user_match',
    disposition: 'final',
    person: 'We could not recognise you. Try again, or log in another way.',
    operator: 'No active face of the claimed user (or of anybody) reaches the search threshold.',
  },
  ambiguous_match: {
    check: 'user_match',
    disposition: 'final',
    person: 'We could not recognise you. Try again, or log in another way.',
    operator: 'Another active user’s face is as similar as the claimed one’s, within the policy’s margin.',
  },
  ambiguous_match_review: {
    check: 'user_match',
    disposition: 'review',
    person: 'We need a little longer to check your login.',
    operator: 'As ambiguous_match, where the policy asks a human.',
  },
  user_not_registered: {
    check: 'user_match',
    disposition: 'final',
    person: 'We could not recognise you. Try again, or log in another way.',
    operator: 'The claimed user has no active face.',
  },
  attempts_exceeded: {
    check: 'session',
    disposition: 'final',
    person: 'Too many attempts. Wait a while, then start again.',
    operator: 'The policy’s attempts of this session are used up.',
  },
  locked_out: {
    check: 'session',
    disposition: 'final',
    person: 'Too many attempts. Wait a while, then start again.',
    operator: 'The policy’s lock-out for this user is in force.',
  },
  user_exists: {
    check: 'session',
    disposition: 'final',
    person: 'You are already registered. Log in instead.',
    operator: 'The user already has an active face. Use photo_update to replace it.',
  },
  user_busy: {
    check: 'session',
    disposition: 'final',
    person: 'Another registration of yours is under way. Finish that one, or start again later.',
    operator: 'Another workflow holds this user; its id is in the user’s busy field.',
  },
  temporarily_unavailable: {
    check: 'session',
    disposition: 'retry',
    person: 'The service is busy. Try again in a moment.',
    operator: 'Rekognition or a store did not answer in time, or throttled. No attempt was used up.',
  },
  operator_must_act: {
    check: 'session',
    disposition: 'review',
    person: 'We need a little longer. You do not have to do anything.',
    operator: 'No retry can mend this (access, missing collection, quota). Mend the cause, then resume.',
  },
  review_expired: {
    check: 'session',
    disposition: 'final',
    person: 'We could not complete your registration in time. Start again.',
    operator: 'Nobody reviewed or resumed the session before its deadline; everything was undone.',
  },
} as const satisfies Record<string, Reason>;

export type ReasonCode = keyof typeof reasons;

export function reasonOf(code: ReasonCode): Reason {
  return reasons[code];
}

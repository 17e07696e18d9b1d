import type { Input } from './image-ref.js';

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
  input?: Input;
  /** Shown to the person in front of the camera. Never says what an attacker could learn from. */
  person: string;
  /** Shown to operators and application developers, never to the person. */
  operator: string;
}

const selfie = { check: 'quality', disposition: 'retry', input: 'selfie' } as const;
const reference = { check: 'quality', disposition: 'retry', input: 'reference' } as const;
const document = { check: 'document', disposition: 'retry', input: 'document_front' } as const;
/** The person can do nothing about these, and is told nothing. */
const blocked = {
  check: 'session',
  disposition: 'review',
  person: 'We need a little longer. You do not have to do anything.',
} as const;
const liveness = { check: 'liveness', disposition: 'retry', input: 'liveness' } as const;

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
  liveness_failed: {
    ...liveness,
    person:
      'We could not see that you are there in person. Try again in even light and follow the instructions.',
    operator: 'The capture failed, or its confidence is below the policy’s.',
  },
  liveness_expired: {
    ...liveness,
    person: 'The camera check took too long. Start it again.',
    operator: 'The capture was not finished within three minutes of its start, or its result is gone.',
  },
  liveness_face_mismatch: {
    ...liveness,
    person: 'The camera check and your photo do not seem to show the same person. Try again.',
    operator:
      'CompareFaces similarity of the capture’s reference image and the selfie is below the match threshold.',
  },
  document_unreadable: {
    ...document,
    person: 'The photo of your document could not be read. Lay it flat, avoid glare and take a new one.',
    operator: 'Rekognition or Textract refused the photo, or too little text was found on it.',
  },
  document_back_unreadable: {
    ...document,
    input: 'document_back',
    person: 'The back of your document could not be read. Lay it flat, avoid glare and take a new photo.',
    operator: 'As document_unreadable, for the back.',
  },
  document_no_face: {
    ...document,
    person: 'We could not see the portrait on your document. Take a sharper photo of it.',
    operator: 'DetectFaces found no usable face on the document.',
  },
  document_multiple_faces: {
    ...document,
    person: 'There is more than one person in the photo of your document. Only the document should be in it.',
    operator: 'The faces on the document are not all of one person (a ghost portrait would be).',
  },
  document_type_not_allowed: {
    ...document,
    person: 'This kind of document is not accepted. Use another one.',
    operator: 'The document’s type is not among the policy’s, or could not be told.',
  },
  document_expired: {
    ...document,
    person: 'Your document has expired. Use one that is still valid.',
    operator: 'The date of expiry is before the day of the check.',
  },
  document_inconsistent: {
    ...document,
    person: 'The photo of your document could not be read without doubt. Take a new one.',
    operator: 'A check digit of the machine-readable zone is wrong, or it disagrees with the printed fields.',
  },
  document_data_mismatch: {
    ...document,
    person:
      'Your document does not agree with what you entered. Check your entries, or use another document.',
    operator: 'A field of the document differs from what the caller typed (policy: document.compare).',
  },
  document_reused: {
    check: 'document',
    disposition: 'final',
    person: 'We could not complete your registration with this document. Contact support.',
    operator: 'Another active user registered with this document number.',
  },
  document_reused_review: {
    check: 'document',
    disposition: 'review',
    person: 'We need a little longer to check your registration.',
    operator: 'As document_reused, where the policy asks a human.',
  },
  reference_mismatch: {
    check: 'face_match',
    disposition: 'retry',
    input: 'reference',
    person: 'The new photo does not seem to show you. Use another one.',
    operator: 'The new photo does not find the user’s registered face.',
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
    person: 'Another request of yours is under way. Finish that one, or start again later.',
    operator: 'Another workflow holds this user; its id is in the user’s busy field.',
  },
  user_erasing: {
    check: 'session',
    disposition: 'final',
    person: 'Your data is being removed at the moment. Start again later.',
    operator: 'An erasure of this user is under way; nothing may be written beside it.',
  },
  temporarily_unavailable: {
    check: 'session',
    disposition: 'retry',
    person: 'The service is busy. Try again in a moment.',
    operator: 'Rekognition or a store did not answer in time, or throttled. No attempt was used up.',
  },
  user_not_found: {
    check: 'session',
    disposition: 'final',
    person: 'You are not registered yet. Register first.',
    operator: 'The user has no active face whose photo could be replaced.',
  },
  access_denied: {
    ...blocked,
    operator: 'AWS refused access. Mend the permissions (docs/aws.md), then resume.',
  },
  resource_missing: {
    ...blocked,
    operator: 'A collection, bucket or table is missing. Run `idv setup`, then resume.',
  },
  limit_exceeded: {
    ...blocked,
    operator:
      'A limit of things (faces in a collection, collections) is reached. Raise it or add a shard, then resume.',
  },
  photo_missing: {
    ...blocked,
    operator:
      'A photo of the session is gone from the bucket. Cancel the session and let the person start again.',
  },
  operator_must_act: {
    ...blocked,
    operator: 'No retry can mend this; the workflow’s failure says what. Mend the cause, then resume.',
  },
  review_rejected: {
    check: 'session',
    disposition: 'final',
    person: 'We could not verify you. Contact support.',
    operator: 'A reviewer rejected the session.',
  },
  resubmission_requested: {
    check: 'session',
    disposition: 'retry',
    person: 'Please hand in your photos again.',
    operator: 'A reviewer asked for other photos.',
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

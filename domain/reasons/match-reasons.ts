import type { Reason } from './reason.js';

/** What comparing and searching faces found: face_match, duplicate, user_match. */
export const matchReasons = {
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
    person: 'We need a little longer to check your photo.',
    operator: 'Another active user’s face is similar enough to be looked at by a human.',
  },
  duplicate_check_incomplete: {
    check: 'duplicate',
    disposition: 'review',
    person: 'We need a little longer to check your photo.',
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
} as const satisfies Record<string, Reason>;

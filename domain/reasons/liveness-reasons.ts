import type { Reason } from './reason.js';

const liveness = { check: 'liveness', disposition: 'retry', input: 'liveness' } as const;

/** Why a capture does not show a live person. */
export const livenessReasons = {
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
} as const satisfies Record<string, Reason>;

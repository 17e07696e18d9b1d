import type { Input } from '../image-ref.js';

/** `retry`: the person may try again. `final`: this session is over. `review`: a human decides. */
export type Disposition = 'retry' | 'final' | 'review';

export type Check = 'quality' | 'liveness' | 'document' | 'face_match' | 'duplicate' | 'user_match';

/** Why a check did not pass, and what happens next. */
export interface Reason {
  check: Check | 'session';
  disposition: Disposition;
  /** What has to be handed in again; only where the disposition is `retry`. */
  input?: Input;
  /** Shown to the person in front of the camera. Never says what an attacker could learn from. */
  person: string;
  /** Shown to operators and application developers, never to the person. */
  operator: string;
}

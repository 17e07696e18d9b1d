import type { Reason } from './reason.js';

/** The person can do nothing about these, and is told nothing. */
const blocked = {
  check: 'session',
  disposition: 'review',
  person: 'We need a little longer. You do not have to do anything.',
} as const;

/** What ends or holds up a session, whatever its checks say. */
export const sessionReasons = {
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
    person: 'We could not finish in time. Start again.',
    operator: 'Nobody reviewed or resumed the session before its deadline; everything was undone.',
  },
} as const satisfies Record<string, Reason>;

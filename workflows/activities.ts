import {
  type ActivityOptions,
  ApplicationFailure,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
} from '@temporalio/workflow';
import type { Activities } from '../activities/index.js';
import { noteFacts } from './call-facts.js';
import { IDENTITY_QUEUE, REKOGNITION_QUEUE } from './task-queues.js';

/** What a login waits for: no queue hop. A second try is all the time there is; after that the API says 503. */
export const login = noting(
  proxyLocalActivities<Activities>({
    startToCloseTimeout: '3s',
    retry: { maximumAttempts: 2, initialInterval: '100ms' },
  }),
);

/** A few quick tries without a queue hop: what a registration takes when nothing is wrong. */
const quick = proxyLocalActivities<Activities>({
  startToCloseTimeout: '8s',
  retry: { maximumAttempts: 3, initialInterval: '200ms' },
});

/** Then as long as it takes: retries of a regular activity leave nothing in history, those of a local one do. */
const lasting = proxyActivities<Activities>({
  taskQueue: IDENTITY_QUEUE,
  startToCloseTimeout: '8s',
  retry: { initialInterval: '1s', maximumInterval: '30s' },
});

/**
 * What a registration waits for: quick first, then lasting. It never gives up on a throttle or an outage; its caller can
 * poll. What no retry can mend is thrown on.
 */
export const enrolment = noting(
  new Proxy({} as Activities, {
    get: (_, name: keyof Activities) => async (request: never) => {
      try {
        return await (quick[name] as (request: never) => Promise<unknown>)(request);
      } catch (error) {
        if (isCancellation(error) || isFinal(error)) throw error;
        return (lasting[name] as (request: never) => Promise<unknown>)(request);
      }
    },
  }),
);

function isFinal(error: unknown): boolean {
  return error instanceof ApplicationFailure && error.nonRetryable === true;
}

/** The same activities; what their calls told is noted on the way (call-facts.ts). */
function noting(activities: Activities): Activities {
  return new Proxy(activities, {
    get: (all, name: keyof Activities) => async (request: never) =>
      noteFacts(await (all[name] as (request: never) => Promise<unknown>)(request)),
  });
}

/** One regular activity, with the words that Temporal UI shows beside it. */
function regular<Name extends keyof Activities>(name: Name, summary: string, options: ActivityOptions) {
  return noting(proxyActivities<Activities>({ ...options, summary }))[name];
}

/**
 * Writes to Rekognition: rate-limited queue. Safe to repeat, the face is keyed by image and ExternalImageId. A cancel waits
 * until the call has ended, or its effect could come after its undo (left out, the SDK does not wait, whatever it says).
 */
export const indexFace = regular('indexFace', 'add the face to its collection', {
  taskQueue: REKOGNITION_QUEUE,
  startToCloseTimeout: '10s',
  retry: { initialInterval: '300ms', maximumInterval: '30s' },
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
});

/**
 * The commit point: one conditional write, so a repeat is the same write or a refusal. Regular, so that history holds the
 * intention before the write can happen, and no other worker can decide otherwise meanwhile.
 */
export const commitFace = regular('commitFace', 'make the face count: from here on the user exists', {
  taskQueue: IDENTITY_QUEUE,
  startToCloseTimeout: '5s',
  retry: { initialInterval: '100ms', maximumInterval: '10s' },
});

/**
 * What follows the commit of a new photo: forward only, and never given up (`persist`). Each part of it is conditional or
 * idempotent.
 */
export const replaceFaces = regular('replaceFaces', 'the new face counts: remove the older ones', {
  taskQueue: REKOGNITION_QUEUE,
  startToCloseTimeout: '20s',
  retry: { initialInterval: '500ms', maximumInterval: '1 minute' },
});

/**
 * A page is paid for each time it is read, and takes a second or more: regular, so that what was read is not read again when
 * a worker stops.
 */
export const checkDocument = regular('checkDocument', 'read the document and check it', {
  taskQueue: IDENTITY_QUEUE,
  startToCloseTimeout: '20s',
  retry: { initialInterval: '500ms', maximumInterval: '30s' },
});

/** Undo never gives up: a face left behind is worse than a late answer. */
export const removeFace = regular('removeFace', 'undo: remove the face from its collection', {
  taskQueue: REKOGNITION_QUEUE,
  startToCloseTimeout: '20s',
  retry: { initialInterval: '500ms', maximumInterval: '1 minute' },
});

/** Rows and photos: conditional or idempotent, so a repeat does no harm. Regular, so that the tail delays nobody. */
const tail: ActivityOptions = {
  taskQueue: IDENTITY_QUEUE,
  startToCloseTimeout: '10s',
  retry: { initialInterval: '200ms', maximumInterval: '30s' },
};

export const saveSession = regular('saveSession', 'write where the session stands', tail);
export const withdrawFace = regular('withdrawFace', 'undo: take the face out of line', tail);
export const releaseUser = regular('releaseUser', 'undo: let go of the user', tail);
export const releaseDocument = regular('releaseDocument', 'undo: let go of the document', tail);
export const discardPhotos = regular('discardPhotos', 'undo: remove the photo', tail);
export const discardCapture = regular('discardCapture', 'undo: remove images of the capture', tail);
export const recheckDuplicate = regular('recheckDuplicate', 'last look for duplicates', tail);

import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/index.js';
import { IDENTITY_QUEUE, REKOGNITION_QUEUE } from './task-queues.js';

/** What a login waits for: no queue hop. A second try is all the time there is; after that the API says 503. */
export const login = proxyLocalActivities<Activities>({
  startToCloseTimeout: '3s',
  retry: { maximumAttempts: 2, initialInterval: '100ms' },
});

/** What a registration waits for: no queue hop either, but it never gives up on a throttle; its caller can poll. */
export const enrolment = proxyLocalActivities<Activities>({
  startToCloseTimeout: '8s',
  retry: { initialInterval: '200ms', maximumInterval: '10s' },
  localRetryThreshold: '2s',
});

/**
 * Writes to Rekognition: rate-limited queue. Safe to repeat, the face is keyed by image and ExternalImageId. A cancel waits
 * until the call has ended, or its effect could come after its undo (left out, the SDK does not wait, whatever it says).
 */
export const { indexFace } = proxyActivities<Activities>({
  taskQueue: REKOGNITION_QUEUE,
  startToCloseTimeout: '10s',
  retry: { initialInterval: '300ms', maximumInterval: '30s' },
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
});

/**
 * The commit point: one conditional write, so a repeat is the same write or a refusal. Regular, so that history holds the
 * intention before the write can happen, and no other worker can decide otherwise meanwhile.
 */
export const { commitFace } = proxyActivities<Activities>({
  taskQueue: IDENTITY_QUEUE,
  startToCloseTimeout: '5s',
  retry: { initialInterval: '100ms', maximumInterval: '10s' },
});

/** Undo never gives up: a face left behind is worse than a late answer. */
export const { removeFace } = proxyActivities<Activities>({
  taskQueue: REKOGNITION_QUEUE,
  startToCloseTimeout: '20s',
  retry: { initialInterval: '500ms', maximumInterval: '1 minute' },
});

/** Rows and photos: conditional or idempotent, so a repeat does no harm. Regular, so that the tail delays nobody. */
export const { saveSession, withdrawFace, releaseUser, discardPhotos, recheckDuplicate } =
  proxyActivities<Activities>({
    taskQueue: IDENTITY_QUEUE,
    startToCloseTimeout: '10s',
    retry: { initialInterval: '200ms', maximumInterval: '30s' },
  });

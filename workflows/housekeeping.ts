import { type ActivityOptions, proxyActivities } from '@temporalio/workflow';
import type { Housekeeping } from '../activities/housekeeping.js';
import { IDENTITY_QUEUE, REKOGNITION_QUEUE } from './task-queues.js';

/** Rows and what is read of them: conditional or idempotent, so a repeat does no harm. */
const short: ActivityOptions = {
  taskQueue: IDENTITY_QUEUE,
  startToCloseTimeout: '30s',
  retry: { initialInterval: '200ms', maximumInterval: '30s' },
};

/**
 * What goes on while there is something to remove: it begins again where a try ended, since what is gone is not found a second
 * time. On the queue whose rate is limited, because faces are removed.
 */
const long: ActivityOptions = {
  taskQueue: REKOGNITION_QUEUE,
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '1 minute',
  retry: { initialInterval: '500ms', maximumInterval: '1 minute' },
};

export const { markErasing, readUnderWay, fenceFaces, listStores, saveErasure, listPlaces, saveReport } =
  proxyActivities<Housekeeping>(short);
export const { eraseStore, eraseRemaining, finishErasure, redactSession } =
  proxyActivities<Housekeeping>(long);

/** For about ten minutes: then the report says what was not looked at, and the next walk begins anew. */
export const { reconcilePage } = proxyActivities<Housekeeping>({
  ...long,
  retry: { ...long.retry, maximumAttempts: 15 },
});

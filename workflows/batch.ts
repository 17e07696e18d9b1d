import { type ActivityOptions, proxyActivities } from '@temporalio/workflow';
import type { Batch } from '../activities/batch.js';
import { IDENTITY_QUEUE, INDEX_QUEUE } from './task-queues.js';

/** Of one activity. */
export const TRIES_OF_A_CHUNK = 5;

/**
 * A chunk takes about ten seconds. While AWS throttles or is away it comes back from its lane after some tries, which take up
 * to three minutes: a pause, other rates, or an hour of rest are met then. A try goes on where the ledger of the chunk ends. A worker that dies is missed after half a minute. A cancel
 * waits until what was begun has been undone, or its effect could come afterwards.
 */
const chunk: ActivityOptions = {
  taskQueue: INDEX_QUEUE,
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '30s',
  retry: {
    initialInterval: '500ms',
    backoffCoefficient: 3,
    maximumInterval: '30s',
    maximumAttempts: TRIES_OF_A_CHUNK,
  },
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
};

const of = (summary: string) => proxyActivities<Batch>({ ...chunk, summary });

export const { indexChunk } = of('index a chunk of photos');
export const { searchChunk } = of('search a chunk for duplicates');
export const { rollbackChunk } = of('undo: remove what a chunk has indexed');

/** Reads of the range and of its users, and what was missing in the ledger. */
export const { settleChunk } = proxyActivities<Batch>({
  taskQueue: INDEX_QUEUE,
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '1 minute',
  retry: { initialInterval: '500ms', maximumInterval: '30s' },
  summary: 'settle a chunk that was broken off',
});

/** Lists of S3, of as many pages as the ranges ahead need. It only reads: whoever asks again gets the same. */
export const { splitSource } = proxyActivities<Batch>({
  taskQueue: INDEX_QUEUE,
  startToCloseTimeout: '2 minutes',
  retry: { initialInterval: '500ms', maximumInterval: '30s' },
  summary: 'find the next photos of the source',
});

/** A call of DescribeCollection for each shard. */
export const { countFaces } = proxyActivities<Batch>({
  taskQueue: INDEX_QUEUE,
  startToCloseTimeout: '2 minutes',
  retry: { initialInterval: '500ms', maximumInterval: '30s' },
  summary: 'count the faces there are',
});

/** What goes through every chunk of the job, or through all of its ledger. */
const long: ActivityOptions = {
  taskQueue: INDEX_QUEUE,
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '1 minute',
  retry: { initialInterval: '500ms', maximumInterval: '30s' },
};

export const { listDeadLetters } = proxyActivities<Batch>({
  ...long,
  summary: 'find what is to be tried again',
});
export const { writeReport } = proxyActivities<Batch>({ ...long, summary: 'write the report' });

/**
 * One conditional write; an older copy never overwrites a newer one. On the queue of short ones, so that it does not wait
 * behind chunks.
 */
export const { saveBatch } = proxyActivities<Batch>({
  taskQueue: IDENTITY_QUEUE,
  startToCloseTimeout: '10s',
  retry: { initialInterval: '200ms', maximumInterval: '30s' },
  summary: 'write where the job stands',
});

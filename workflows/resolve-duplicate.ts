import { CancellationScope, proxyActivities } from '@temporalio/workflow';
import type { Batch } from '../activities/batch.js';
import type { PairAnswer, PairDecision, PairName } from '../domain/batch/pair.js';
import type { Tenant } from '../domain/session.js';
import { persist } from './persist.js';
import { INDEX_QUEUE } from './task-queues.js';

/** What the decision about a pair of duplicates starts with. */
export interface ResolveDuplicateInput {
  tenant: Tenant;
  jobId: string;
  pair: PairName;
  decision: PairDecision;
}

/** A user may have many faces to be moved. Each try goes on where the one before stopped. */
const { resolvePair } = proxyActivities<Batch>({
  taskQueue: INDEX_QUEUE,
  startToCloseTimeout: '5 minutes',
  retry: { initialInterval: '500ms', maximumInterval: '30s' },
  summary: 'do as was decided about two users',
});

/**
 * Does what somebody decided about a pair of duplicates: once begun it comes to its end, also over an outage or until an
 * operator has mended what it needs, since a face may count for both users meanwhile.
 */
export function resolveDuplicate(input: ResolveDuplicateInput): Promise<PairAnswer> {
  return CancellationScope.nonCancellable(() => persist(() => resolvePair(input)));
}

import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { failures } from '../workflows/failures.js';
import type { ShardsAnswer } from './search-shards.js';

/** Tries beyond the quick local ones before what others have not said yet is left to a human: half a minute or more. */
const TRIES = 6;

/** Asks Temporal for another try while a shard has not answered, up to a limit; then the caller says "incomplete". */
export function completeOrRetry({ unanswered }: Pick<ShardsAnswer, 'unanswered'>): void {
  if (unanswered.length === 0) return;
  retryWhileWorthIt(`SearchFacesByImage: ${unanswered.length} collections did not answer`);
}

/**
 * Returns once there were tries enough.
 * @throws ApplicationFailure `DependencyUnavailable` to have another one
 */
export function retryWhileWorthIt(message: string): void {
  const { isLocal, attempt } = activityInfo();
  if (!isLocal && attempt >= TRIES) return;
  throw ApplicationFailure.create({ type: failures.dependencyUnavailable, message });
}

import { CancellationScope, CancelledFailure } from '@temporalio/workflow';

/**
 * Runs a step that leaves something behind. A cancel waits until it has ended, since what has not ended could have its
 * effect after its undo.
 * @throws CancelledFailure when a cancel came meanwhile
 */
export async function uninterrupted<T>(step: () => Promise<T>): Promise<T> {
  const scope = CancellationScope.current();
  const result = await CancellationScope.nonCancellable(step);
  if (scope.consideredCancelled)
    throw new CancelledFailure('Cancelled while a step was not to be interrupted.');
  return result;
}

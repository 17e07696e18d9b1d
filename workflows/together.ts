import { CancellationScope } from '@temporalio/workflow';

/**
 * Runs steps side by side. When one fails the others are stopped and awaited before it is thrown: a step that went on
 * could have its effect after its undo.
 */
export function together<T extends readonly Promise<unknown>[]>(
  start: () => readonly [...T],
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  return CancellationScope.cancellable(async () => {
    const scope = CancellationScope.current();
    const running = start();
    try {
      return await Promise.all(running);
    } catch (error) {
      scope.cancel();
      await Promise.allSettled(running);
      throw error;
    }
  });
}

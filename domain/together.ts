/**
 * Runs steps side by side and waits for all of them, also when one fails: a step that went on could have its effect after
 * its undo. They are not cancelled then: a local activity that ends at the same moment fails the workflow task
 * (https://github.com/temporalio/sdk-rust/issues/705).
 * @throws whatever the first of them in order threw
 */
export async function together<T extends readonly Promise<unknown>[]>(
  ...steps: T
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(steps);
  return Promise.all(steps);
}

/**
 * Works on things in their order, up to `concurrency` of them at once. After a failure nothing begins any more, and what has
 * begun ends first.
 * @throws what the first failure threw
 */
export async function eachAtOnce<T>(
  things: readonly T[],
  concurrency: number,
  work: (thing: T, at: number) => Promise<void>,
): Promise<void> {
  const left = things.entries();
  const failed: unknown[] = [];
  const lane = async () => {
    for (const [at, thing] of left) {
      try {
        await work(thing, at);
      } catch (error) {
        failed.push(error);
      }
      if (failed.length > 0) return;
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, things.length) }, lane));
  if (failed.length > 0) throw failed[0];
}

/** A test that {@link requirement} skipped; kept on the test itself for the list of skips at the end of the run. */
export interface SkippedTest {
  skipReason?: string;
}

/**
 * Skips the test or suite of `context` because `what` it needs is missing on this machine (`missing` says why;
 * undefined means that it is there). With IDV_REQUIRE_ALL=1 it throws instead: a machine that must run everything may
 * not skip.
 */
export function requirement(context: Mocha.Context, what: string, missing: string | undefined): void {
  if (missing === undefined) return;
  const skipReason = `needs ${what}: ${missing}`;
  if (process.env.IDV_REQUIRE_ALL === '1')
    throw new Error(`${skipReason} (IDV_REQUIRE_ALL=1 allows no skip)`);
  const subject = context.test;
  // In a hook the whole suite is skipped, so every test below it carries the reason.
  if (subject && 'type' in subject && subject.type === 'hook')
    subject.parent?.eachTest((test) => Object.assign(test, { skipReason }));
  else if (subject) Object.assign(subject, { skipReason });
  context.skip();
}

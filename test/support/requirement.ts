/**
 * Skips the test or suite of `context` because `what` it needs is missing on this machine (`missing` says why;
 * undefined means that it is there). The reason is kept for the list of skips at the end of the run. With
 * IDV_REQUIRE_ALL=1 it throws instead: a machine that must run everything may not skip.
 */
export function requirement(context: Mocha.Context, what: string, missing: string | undefined): void {
  if (missing === undefined) return;
  const reason = `needs ${what}: ${missing}`;
  if (process.env.IDV_REQUIRE_ALL === '1') throw new Error(`${reason} (IDV_REQUIRE_ALL=1 allows no skip)`);
  const subject = context.test ?? context.currentTest;
  // In a `before` hook the whole suite is skipped, so every test below it carries the reason.
  if (subject?.parent && 'type' in subject && subject.type === 'hook') {
    subject.parent.eachTest((test) => SKIPPED_BECAUSE.set(test, reason));
  } else if (subject) {
    SKIPPED_BECAUSE.set(subject, reason);
  }
  context.skip();
}

/** Why each skipped test was skipped; the reporter of `npm test` prints it. */
export const SKIPPED_BECAUSE = new WeakMap<object, string>();

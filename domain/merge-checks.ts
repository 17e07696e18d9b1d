import { suspectsOf } from './acceptance.js';
import type { CheckResult, Evidence } from './decision.js';

/** Two parts of one check: it passed only where both did. The part that came out worse gives its scores. */
export function mergeChecks(first: CheckResult, second: CheckResult): CheckResult {
  const worst =
    [first, second].find(({ outcome }) => outcome === 'failed') ??
    [first, second].find(({ outcome }) => outcome === 'incomplete') ??
    [first, second].find(({ outcome }) => outcome === 'passed_by_reviewer') ??
    (lower(first.evidence, second.evidence) ? first : second);
  const better = worst === first ? second : first;
  return {
    check: first.check,
    outcome: worst.outcome,
    reasons: [...new Set([...first.reasons, ...second.reasons])],
    evidence: {
      ...better.evidence,
      ...worst.evidence,
      calls: (first.evidence.calls ?? 0) + (second.evidence.calls ?? 0),
      requestIds: [...(first.evidence.requestIds ?? []), ...(second.evidence.requestIds ?? [])],
      images: [...new Set([...(first.evidence.images ?? []), ...(second.evidence.images ?? [])])],
      unanswered: [...(first.evidence.unanswered ?? []), ...(second.evidence.unanswered ?? [])],
    },
    ...suspectsOf([...(first.suspects ?? []), ...(second.suspects ?? [])]),
  };
}

/** Adds what was found to the other results: a further part of a check that is there is merged with it. */
export function addCheck(results: CheckResult[], found: CheckResult): void {
  const at = results.findIndex(({ check }) => check === found.check);
  const before = results[at];
  if (before) results[at] = mergeChecks(before, found);
  else results.push(found);
}

/** Of two comparisons that passed, the closer call is the one to look at. */
function lower(first: Evidence, second: Evidence): boolean {
  return (
    first.similarity !== undefined && second.similarity !== undefined && first.similarity < second.similarity
  );
}

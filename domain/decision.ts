import type { Suspect } from './acceptance.js';
import type { IndexedFace } from './face-record.js';
import type { CallFact, Closest } from './facts.js';
import type { PolicyVersion } from './policy.js';
import { type Check, type ReasonCode, reasonOf } from './reasons.js';

/** Why a check came out as it did: everything needed to judge it again later. No personal data. */
export interface Evidence {
  /** 0–100. */
  similarity?: number;
  threshold?: number;
  /** The policy's threshold entry that was used. */
  thresholdEntry?: string;
  faceModelVersion?: string;
  /** Rekognition's request ids. */
  requestIds?: readonly string[];
  /** Rekognition calls this check made. */
  calls?: number;
  /** SHA-256 of the photos, hex. */
  images?: readonly string[];
  /** Measured values, in gate units. */
  measures?: Readonly<Record<string, number>>;
  /** Shards that did not answer in time. */
  unanswered?: readonly string[];
}

/**
 * `passed_by_reviewer`: it asked for a human, who let it pass. `incomplete`: the check could not be finished. Never the
 * same as passed.
 */
export type Outcome = 'passed' | 'passed_by_reviewer' | 'failed' | 'incomplete';

export interface CheckResult {
  check: Check;
  outcome: Outcome;
  reasons: readonly ReasonCode[];
  evidence: Evidence;
  /** Whom a human has to look at, where the check asks for one. */
  suspects?: readonly Suspect[];
  /** From an activity to its workflow, which takes them out at once (workflows/call-facts.ts): no state has them. */
  facts?: readonly CallFact[];
  /** As `facts`: of a duplicate check, the closest face of another user. */
  closest?: Closest;
}

/** What the checks add up to. */
export interface Decision {
  status: 'verified' | 'rejected' | 'needs_review' | 'requires_input';
  reasons: readonly ReasonCode[];
  checks: readonly CheckResult[];
  policy: PolicyVersion;
  /** Who was recognised, where the flow had to find out; a pseudonym. */
  subject?: string;
  /** The face a registration made count. */
  face?: IndexedFace;
}

export function hasPassed({ outcome }: CheckResult): boolean {
  return outcome === 'passed' || outcome === 'passed_by_reviewer';
}

/**
 * Adds up the checks. Fails closed: `verified` needs every required check recorded as passed and none failed; a required
 * check that is missing or incomplete asks for a human. A reason that ends the session outweighs one that may be
 * repeated, which outweighs a review (a person at the camera can mend it at once).
 */
export function decide(
  required: readonly Check[],
  results: readonly CheckResult[],
  policy: PolicyVersion,
  subject?: string,
): Decision {
  const failed = results.filter((result) => !hasPassed(result));
  const reasons = [...new Set(failed.flatMap((result) => result.reasons))];
  const base = { reasons, checks: results, policy, ...(subject === undefined ? {} : { subject }) };

  const dispositions = new Set(reasons.map((code) => reasonOf(code).disposition));
  if (dispositions.has('final')) return { ...base, status: 'rejected' };
  if (dispositions.has('retry')) return { ...base, status: 'requires_input' };
  const everyRequiredPassed = required.every((check) =>
    results.some((result) => result.check === check && hasPassed(result)),
  );
  if (failed.length > 0 || !everyRequiredPassed) return { ...base, status: 'needs_review' };
  return { ...base, status: 'verified' };
}

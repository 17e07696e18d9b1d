import type { Policy, Thresholds } from './policy.js';

/** Thresholds with the entry of the policy they came from: a version's key, or `strictest` as fallback. */
export interface ChosenThresholds extends Thresholds {
  entry: string;
}

/**
 * The policy's thresholds for a face model: its exact version, else its major version, else the strictest of every
 * entry. Whitepaper, "Model Versioning": confidences of two model versions cannot be compared.
 * @param modelVersion as Rekognition returns it, e.g. "7.0"
 */
export function thresholdsFor(policy: Pick<Policy, 'thresholds'>, modelVersion: string): ChosenThresholds {
  const major = modelVersion.split('.')[0] ?? modelVersion;
  for (const entry of [modelVersion, major]) {
    const found = Object.hasOwn(policy.thresholds, entry) ? policy.thresholds[entry] : undefined;
    if (found) return { ...found, entry };
  }
  return { ...strictest(Object.values(policy.thresholds)), entry: 'strictest' };
}

/** Of nothing: what no similarity reaches, so that a policy without thresholds lets nobody in. */
function highest(values: readonly number[]): number {
  return values.length > 0 ? Math.max(...values) : Number.POSITIVE_INFINITY;
}

/** Of nothing: what every similarity reaches, so that every face may be a duplicate. */
function lowest(values: readonly number[]): number {
  return values.length > 0 ? Math.min(...values) : Number.NEGATIVE_INFINITY;
}

/** `duplicate` and `review` are stricter when lower: they catch more. `match` and `search` when higher. */
function strictest(entries: readonly Thresholds[]): Thresholds {
  return {
    match: highest(entries.map((entry) => entry.match)),
    search: highest(entries.map((entry) => entry.search)),
    duplicate: lowest(entries.map((entry) => entry.duplicate)),
    review: lowest(entries.map((entry) => entry.review)),
  };
}

/** What to ask Rekognition for before the model version of the answer is known: nothing a decision needs is cut off. */
export function lowestThreshold(policy: Pick<Policy, 'thresholds'>): number {
  return Math.min(
    ...Object.values(policy.thresholds).flatMap(({ search, duplicate, review }) => [
      search,
      duplicate,
      review,
    ]),
  );
}

import type { AuthenticationPolicy } from './policy.js';
import type { ReasonCode } from './reasons.js';

/** A face that counts (its row is active and lists it) and how similar it is, 0–100. */
export interface Match {
  subject: string;
  similarity: number;
  /** The search threshold of the model version of the collection it was found in. */
  threshold: number;
  /** The policy's entry it came from. */
  thresholdEntry?: string;
}

/** How far a face is above its own threshold: what makes faces of two model versions comparable at all. */
const headroom = ({ similarity, threshold }: Match) => similarity - threshold;

/** Negative when `a` is the closer one. */
const closer = (a: Match, b: Match) => headroom(b) - headroom(a) || b.similarity - a.similarity;

/** Best first, one entry per person (whitepaper, "Parameters": several photos of one person give several results). */
export function rankMatches(matches: readonly Match[]): Match[] {
  const best = new Map<string, Match>();
  for (const match of matches) {
    const known = best.get(match.subject);
    if (!known || closer(match, known) < 0) best.set(match.subject, match);
  }
  return [...best.values()].sort((a, b) => closer(a, b) || (a.subject < b.subject ? -1 : 1));
}

/** `tied`: of an ambiguous match, everybody who is within the margin or above, the closest first. */
export type Recognition =
  | { match: Match; reasons: []; tied?: never }
  | { match?: Match; reasons: [ReasonCode]; tied?: readonly Match[] };

/**
 * Who is in the photo? The best match that reaches its threshold, unless another person is within the margin. Where a
 * user is claimed, that user must be the best (whitepaper, "Existing user login": compare the id with ExternalImageId).
 */
export function recognise(
  matches: readonly Match[],
  { margin, nearTie }: Pick<AuthenticationPolicy, 'margin' | 'nearTie'>,
  claimed?: string,
): Recognition {
  const ranked = rankMatches(matches);
  const [best, second] = ranked;
  const own = claimed === undefined ? best : ranked.find((match) => match.subject === claimed);
  // Written so that NaN, which Rekognition never sends, recognises nobody.
  if (!best || !own || !(headroom(own) >= 0))
    return { reasons: ['face_not_recognised'], ...(own ? { match: own } : {}) };
  const rival = own === best ? second : best;
  const lead = rival ? headroom(own) - headroom(rival) : Number.POSITIVE_INFINITY;
  if (lead < -margin) return { match: own, reasons: ['face_not_recognised'] };
  if (!(lead > margin)) {
    const tied = ranked.filter((match) => !(headroom(own) - headroom(match) > margin));
    return {
      match: own,
      reasons: [nearTie === 'review' ? 'ambiguous_match_review' : 'ambiguous_match'],
      tied,
    };
  }
  return { match: own, reasons: [] };
}

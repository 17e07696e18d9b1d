import { type CheckResult, hasPassed } from './decision.js';
import type { ReasonCode } from './reasons.js';

/** Another user whom a check asks a human about. A pseudonym: shown to reviewers only, and only while they decide. */
export interface Suspect {
  subject: string;
  /** 0–100. Of a document, which somebody has or has not, there is none. */
  similarity?: number;
  /** Of a near tie: the one whom the search would recognise. */
  recognised?: true;
}

/** What a reviewer let pass: a reason, and those it was about as they were seen. */
export interface Acceptance {
  code: ReasonCode;
  suspects: readonly Suspect[];
}

/** Reasons of a session in review that a reviewer may accept: scores that somebody has to look at. */
const pardonable: readonly ReasonCode[] = [
  'duplicate_suspected',
  'ambiguous_match_review',
  'document_reused_review',
];

/**
 * Similarity points by which the same two faces may differ from one search to the next: Rekognition answers with floats,
 * and promises nothing of their last digits.
 */
const ROUNDING = 0.1;

/** How many suspects a check names, the most similar first: more than anybody compares with a photo. */
const MOST_SUSPECTS = 10;

/** Each person once, the most similar first. */
export function suspectsOf(found: readonly Suspect[]): Pick<CheckResult, 'suspects'> {
  const best = new Map<string, Suspect>();
  for (const suspect of found) {
    const known = best.get(suspect.subject);
    if (!known || (suspect.similarity ?? 0) > (known.similarity ?? 0)) best.set(suspect.subject, suspect);
  }
  const suspects = [...best.values()].sort((a, b) => (b.similarity ?? 0) - (a.similarity ?? 0));
  return suspects.length > 0 ? { suspects: suspects.slice(0, MOST_SUSPECTS) } : {};
}

/** What is let pass by whoever approves of these checks. */
export function acceptancesOf(checks: readonly CheckResult[]): Acceptance[] {
  return checks
    .filter((result) => !hasPassed(result))
    .flatMap(({ reasons, suspects = [] }) =>
      reasons.filter((code) => pardonable.includes(code)).map((code) => ({ code, suspects })),
    );
}

/**
 * What a reviewer let pass: a check that failed for accepted reasons alone, and because of nobody whom the reviewer did not
 * see. A check that did not run to its end has other reasons, and is not passed by anybody's word.
 */
export function passAccepted(result: CheckResult, accepted: readonly Acceptance[]): CheckResult {
  const { reasons, suspects = [] } = result;
  const isAccepted = (code: ReasonCode) => {
    const seen = accepted.filter((each) => each.code === code).flatMap((each) => each.suspects);
    return suspects.length > 0 && suspects.every((suspect) => seen.some((each) => covers(each, suspect)));
  };
  const pardoned = !hasPassed(result) && reasons.length > 0 && reasons.every(isAccepted);
  return pardoned ? { ...result, outcome: 'passed_by_reviewer' } : result;
}

/** Without those whom nobody has to look at any more. */
export function withoutSuspects(checks: readonly CheckResult[]): CheckResult[] {
  return checks.map(({ suspects: _, ...check }) => check);
}

/** The same person in the same part, no more similar than was seen. Written so that NaN covers nothing. */
function covers(seen: Suspect, now: Suspect): boolean {
  if (seen.subject !== now.subject || seen.recognised !== now.recognised) return false;
  if (now.similarity === undefined) return seen.similarity === undefined;
  return seen.similarity !== undefined && now.similarity <= seen.similarity + ROUNDING;
}

import { suspectsOf } from '../domain/acceptance.js';
import type { CheckResult } from '../domain/decision.js';
import { counts } from '../domain/face-record.js';
import { hashesOf, type PhotoInput, type StoredImage } from '../domain/image-ref.js';
import type { Policy } from '../domain/policy.js';
import type { ReasonCode } from '../domain/reasons.js';
import type { Tenant } from '../domain/session.js';
import { everyCollection } from './collections.js';
import { completeOrRetry } from './complete-or-retry.js';
import type { Ports } from './ports.js';
import { type FoundFace, type ShardsAnswer, searchShards } from './search-shards.js';

/** The most a search can return (SearchFacesByImage, API reference): no crowd of orphans may hide a face that counts. */
export const MAX_FACES = 4096;

/**
 * Is this person registered under another user? Searches every shard (whitepaper, "New user registration" step 3). Only
 * faces that count are looked at: a registration under way is no reason to refuse, the closing search settles that.
 */
export async function searchDuplicates(
  ports: Pick<Ports, 'faces' | 'users' | 'shardMap'>,
  request: { tenant: Tenant; subject: string; image: StoredImage; policy: Policy; of?: PhotoInput },
): Promise<CheckResult> {
  const { tenant, subject, image, policy, of = 'selfie' } = request;
  const collections = await everyCollection(ports.shardMap, tenant);
  const answer = await searchShards(ports, { tenant, collections, image, policy, maxFaces: MAX_FACES });
  completeOrRetry(answer);
  return duplicateResult(answer, image, othersThatCount(answer.found, subject), of);
}

/** Faces of other users whose rows vouch for them. */
export function othersThatCount(found: readonly FoundFace[], subject: string): FoundFace[] {
  return found.filter((face) => face.subject !== subject && counts(face.row, face.faceId));
}

/** Whose face is the most similar one, for the facts: near enough to ask a human or not. */
export function closestOf(others: readonly FoundFace[]): Pick<CheckResult, 'closest'> {
  const closest = mostSimilar(others);
  return closest ? { closest: { subject: closest.subject, similarity: closest.similarity } } : {};
}

function mostSimilar(faces: readonly FoundFace[]): FoundFace | undefined {
  return [...faces].sort((a, b) => b.similarity - a.similarity)[0];
}

/** The duplicate check's result: `others` at or above the duplicate threshold refuse, those above review ask a human. */
export function duplicateResult(
  answer: ShardsAnswer,
  image: StoredImage,
  others: readonly FoundFace[],
  of: PhotoInput = 'selfie',
): CheckResult {
  const closest = mostSimilar(others);
  const evidence = {
    calls: answer.calls,
    requestIds: answer.requestIds,
    images: hashesOf(image),
    unanswered: answer.unanswered,
    ...(answer.faceModelVersions[0] ? { faceModelVersion: answer.faceModelVersions[0] } : {}),
    ...(closest
      ? {
          similarity: closest.similarity,
          threshold: closest.thresholds.duplicate,
          thresholdEntry: closest.thresholds.entry,
        }
      : {}),
  };
  const told = { evidence, facts: answer.facts, ...closestOf(others) };
  const failed = (outcome: 'failed' | 'incomplete', reason: ReasonCode): CheckResult => ({
    check: 'duplicate',
    outcome,
    reasons: [reason],
    ...told,
  });
  if (others.some((face) => face.similarity >= face.thresholds.duplicate))
    return failed('failed', 'duplicate_face');
  // Nobody was looked for, so nobody was not found: a sharper photo is needed, of the selfie as of the document.
  if (answer.noFace)
    return failed('failed', of === 'document_front' ? 'document_no_face' : 'selfie_low_quality');
  if (answer.unanswered.length > 0) return failed('incomplete', 'duplicate_check_incomplete');
  const suspects = others.filter((face) => face.similarity >= face.thresholds.review);
  if (suspects.length > 0) {
    const named = suspectsOf(suspects.map(({ subject, similarity }) => ({ subject, similarity })));
    return { ...failed('incomplete', 'duplicate_suspected'), ...named };
  }
  return { check: 'duplicate', outcome: 'passed', reasons: [], ...told };
}

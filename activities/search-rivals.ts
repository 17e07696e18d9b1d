import type { CheckResult } from '../domain/decision.js';
import { externalImageId } from '../domain/face-record.js';
import type { StoredImage } from '../domain/image-ref.js';
import type { Policy } from '../domain/policy.js';
import type { Tenant } from '../domain/session.js';
import { everyCollection } from './collections.js';
import { completeOrRetry } from './complete-or-retry.js';
import type { Ports } from './ports.js';
import { closestOf, duplicateResult, MAX_FACES, othersThatCount } from './search-duplicates.js';
import { searchShards } from './search-shards.js';

export interface Rivals {
  /** The new face itself was found. */
  seen: boolean;
  /** Faces of others, similar enough to be the same person, whose rows stand in line or count. */
  rivals: { subject: string; faceKey: string; faceId: string }[];
  result: CheckResult;
}

/**
 * A registration's closing search (docs/decisions/law-of-faces.md), in one collection (`only`) or all others (`except`).
 * Faces under our own key but with another id are leftovers of a lost answer, and removed.
 */
export async function searchRivals(
  ports: Pick<Ports, 'faces' | 'users' | 'shardMap'>,
  request: {
    tenant: Tenant;
    subject: string;
    faceKey: string;
    faceId: string;
    image: StoredImage;
    policy: Policy;
    only?: string;
    except?: string;
  },
): Promise<Rivals> {
  const { tenant, subject, faceKey, faceId, image, policy, only, except } = request;
  const collections = only
    ? [only]
    : (await everyCollection(ports.shardMap, tenant)).filter((collection) => collection !== except);
  const answer = await searchShards(ports, { tenant, collections, image, policy, maxFaces: MAX_FACES });
  completeOrRetry(answer);

  const ownKey = externalImageId(subject, faceKey);
  const own = answer.found.filter((face) => externalImageId(face.subject, face.faceKey) === ownKey);
  for (const { collection, faceId: surplus } of own.filter((face) => face.faceId !== faceId)) {
    await ports.faces.deleteFaces({ collection, faceIds: [surplus] });
  }

  const others = answer.found.filter((face) => face.subject !== subject);
  const samePerson = others.filter((face) => face.similarity >= face.thresholds.duplicate);
  const standing = samePerson.filter(({ row }) => row?.state === 'active' || row?.state === 'tentative');
  // Those similar enough to be rivals are settled by rank; here only suspects are left to judge.
  const suspects = othersThatCount(others, subject).filter((face) => !samePerson.includes(face));
  return {
    seen: own.some((face) => face.faceId === faceId),
    rivals: standing.map((face) => ({ subject: face.subject, faceKey: face.faceKey, faceId: face.faceId })),
    result: { ...duplicateResult(answer, image, suspects), ...closestOf([...standing, ...suspects]) },
  };
}

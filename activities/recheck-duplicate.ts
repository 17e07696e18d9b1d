import { ApplicationFailure } from '@temporalio/common';
import type { CheckResult } from '../domain/decision.js';
import type { IndexedFace } from '../domain/face-record.js';
import type { Policy } from '../domain/policy.js';
import type { Tenant } from '../domain/session.js';
import { failures } from '../workflows/failures.js';
import { everyCollection } from './collections.js';
import type { Ports } from './ports.js';
import { duplicateResult, MAX_FACES, othersThatCount } from './search-duplicates.js';
import { searchShards } from './search-shards.js';

/**
 * The last look, a minute after the answer: is there another user with this face after all? Removes leftovers too.
 * @returns passed, or `duplicate_face` or `duplicate_suspected`: whatever else keeps a search from its end is no finding
 * @throws ApplicationFailure `DependencyUnavailable` when a shard did not answer: nobody waits, so it is tried again
 */
export async function recheckDuplicate(
  ports: Pick<Ports, 'faces' | 'users' | 'shardMap'>,
  request: { tenant: Tenant; subject: string; faceKey: string; face: IndexedFace; policy: Policy },
): Promise<CheckResult> {
  const { tenant, subject, faceKey, face, policy } = request;
  const user = await ports.users.read(tenant, subject);
  const image = user?.faces.find((row) => row.faceKey === faceKey && row.state === 'active')?.image;
  // Replaced or erased meanwhile: nothing left to look for.
  if (!image) return { check: 'duplicate', outcome: 'passed', reasons: [], evidence: { calls: 0 } };
  const collections = await everyCollection(ports.shardMap, tenant);
  const answer = await searchShards(ports, { tenant, collections, image, policy, maxFaces: MAX_FACES });
  const leftovers = answer.found.filter(
    (found) => found.subject === subject && found.faceKey === faceKey && found.faceId !== face.faceId,
  );
  for (const { collection, faceId } of leftovers)
    await ports.faces.deleteFaces({ collection, faceIds: [faceId] });
  // A photo of a face that counts was good enough when it counted first: of its quality there is nothing to find.
  const others = othersThatCount(answer.found, subject);
  const result = duplicateResult({ ...answer, noFace: false }, image, others);
  if (answer.unanswered.length > 0 && result.outcome !== 'failed') {
    throw ApplicationFailure.create({
      type: failures.dependencyUnavailable,
      message: `SearchFacesByImage: ${answer.unanswered.length} collections did not answer`,
    });
  }
  return result;
}

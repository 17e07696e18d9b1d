import { ApplicationFailure } from '@temporalio/common';
import type { CheckResult } from '../domain/decision.js';
import type { FaceRecord, IndexedFace, Rank } from '../domain/face-record.js';
import type { ImageRef } from '../domain/image-ref.js';
import type { Policy, QualityFilter } from '../domain/policy.js';
import type { Tenant } from '../domain/session.js';
import { chooseShard, type Scope } from '../domain/shards.js';
import { failures } from '../workflows/failures.js';
import { everyCollection } from './collections.js';
import type { Ports } from './ports.js';
import { duplicateResult, othersThatCount } from './search-duplicates.js';
import { searchShards } from './search-shards.js';

interface FaceKey {
  tenant: Tenant;
  subject: string;
  faceKey: string;
}

interface Indexing {
  collection: string;
  image: ImageRef;
  externalImageId: string;
  qualityFilter: QualityFilter;
}

/** Takes the user for this session, and stores who it is: read from the session's row, so that history never knows. */
export async function reserveUser(
  { users, sessions }: Ports,
  { tenant, subject, sessionId }: { tenant: Tenant; subject: string; sessionId: string },
): Promise<{ outcome: 'reserved' | 'exists' | 'busy' }> {
  const row = await sessions.read(tenant, sessionId);
  const { userId, profile } = row?.details ?? {};
  if (!userId) {
    throw ApplicationFailure.create({
      type: failures.operatorMustAct,
      message: 'The session row with the user is gone. Cancel the session and let the person start again.',
      nonRetryable: true,
    });
  }
  const person = { userId, ...(profile ? { profile } : {}) };
  return { outcome: await users.reserve(tenant, subject, sessionId, person) };
}

/** Chooses a shard and puts the face in line, before anybody can see it. */
export async function placeFace(
  { users, shardMap }: Ports,
  { tenant, subject, faceKey, rank, image, scope }: FaceKey & { rank: Rank; image: ImageRef; scope?: Scope },
): Promise<{ collection: string; rank: Rank }> {
  const [shards, generation] = await Promise.all([shardMap.shards(tenant), shardMap.generation(tenant)]);
  const collection = shardMap.collection(tenant, chooseShard(shards, subject, scope), generation);
  const placed = await users.placeFace(tenant, { subject, faceKey, rank, image, collection });
  return { collection: placed.collection, rank: placed.rank };
}

/**
 * Indexes the face. A lost answer is settled by the same call again: Rekognition keeps one face per image, collection
 * and ExternalImageId (IndexFaces, API reference).
 * @returns the face, or a failed check with the reason why there is none
 */
export async function indexFace(
  { faces }: Ports,
  { collection, image, externalImageId, qualityFilter }: Indexing,
): Promise<{ face: IndexedFace; result?: never } | { face?: never; result: CheckResult }> {
  const { face, fault, requestId } = await faces.indexFace({
    collection,
    image,
    externalImageId,
    qualityFilter,
  });
  if (face) return { face };
  const evidence = { requestIds: [requestId], calls: 1, images: [image.sha256] };
  const reason = fault === 'unreadable' ? 'selfie_unreadable' : 'selfie_low_quality';
  return { result: { check: 'quality', outcome: 'failed', reasons: [reason], evidence } };
}

/**
 * Removes every face under this key. Where the answer of IndexFaces was lost the same call names the face; a search then
 * finds what else is there under the key.
 */
export async function removeFace(
  { faces }: Ports,
  { faceId, ...indexing }: Indexing & { faceId?: string },
): Promise<void> {
  const { collection, image, externalImageId, qualityFilter } = indexing;
  const known = faceId ?? (await faces.indexFace(indexing)).face?.faceId;
  if (known) await faces.deleteFaces({ collection, faceIds: [known] });
  const { hits } = await faces.searchByImage({
    collection,
    image,
    maxFaces: 4096,
    threshold: 90,
    qualityFilter,
  });
  const leftovers = (hits ?? []).filter(
    (hit) => hit.externalImageId === externalImageId && hit.faceId !== known,
  );
  await faces.deleteFaces({ collection, faceIds: leftovers.map((hit) => hit.faceId) });
}

/** The commit point of a registration: `tentative` to `active`. */
export async function commitFace(
  { users, shardMap }: Ports,
  commit: FaceKey & { rank: Rank; face: IndexedFace; image: ImageRef },
): Promise<{ committed: boolean }> {
  const { tenant, ...face } = commit;
  const generation = await shardMap.generation(tenant);
  return { committed: await users.commitFace(tenant, { ...face, generation }) };
}

/** Rows of faces, read strongly; those that are not there are left out. */
export async function readFaces(
  { users }: Ports,
  { tenant, faces }: { tenant: Tenant; faces: readonly { subject: string; faceKey: string }[] },
): Promise<{ rows: FaceRecord[] }> {
  return { rows: await users.readFaces(tenant, faces) };
}

/** Takes a rival that stands behind us out of the race, if it still stands where we saw it. */
export async function displaceFace(
  { users }: Ports,
  { tenant, face }: { tenant: Tenant; face: Pick<FaceRecord, 'subject' | 'faceKey' | 'rank'> },
): Promise<{ displaced: boolean }> {
  return { displaced: await users.displaceFace(tenant, face) };
}

/** The last look, a minute after the answer: is there another user with this face after all? Removes leftovers too. */
export async function recheckDuplicate(
  ports: Ports,
  { tenant, subject, faceKey, face, policy }: FaceKey & { face: IndexedFace; policy: Policy },
): Promise<CheckResult> {
  const user = await ports.users.read(tenant, subject);
  const image = user?.faces.find((row) => row.faceKey === faceKey && row.state === 'active')?.image;
  // Replaced or erased meanwhile: nothing left to look for.
  if (!image) return { check: 'duplicate', outcome: 'passed', reasons: [], evidence: { calls: 0 } };
  const collections = await everyCollection(ports.shardMap, tenant);
  const answer = await searchShards(ports, { tenant, collections, image, policy, maxFaces: 4096 });
  const leftovers = answer.found.filter(
    (found) => found.subject === subject && found.faceKey === faceKey && found.faceId !== face.faceId,
  );
  for (const { collection, faceId } of leftovers)
    await ports.faces.deleteFaces({ collection, faceIds: [faceId] });
  return duplicateResult(answer, image, othersThatCount(answer.found, subject));
}

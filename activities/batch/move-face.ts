import type { PairRefusal } from '../../domain/batch/pair.js';
import { counts, externalImageId, type FaceRecord } from '../../domain/face-record.js';
import type { StoredImage } from '../../domain/image-ref.js';
import { facePhotoKey } from '../../domain/photo-keys.js';
import type { Tenant } from '../../domain/session.js';
import { chooseShard } from '../../domain/shards.js';
import type { Ports } from '../ports.js';

/**
 * Indexes a face's photo once more, for another user, and lets it count there. It stays the first user's too: whoever drops it
 * there comes after. Both are held, and `from` is held again before the face counts: an erasure waits for a minute only, and
 * what it has removed must not come back under another name.
 * @returns why not, where it is not done
 */
export async function moveFace(
  ports: Pick<Ports, 'faces' | 'photos' | 'photoVersions' | 'shardMap' | 'users' | 'batchUsers'>,
  { tenant, into, from, holder }: { tenant: Tenant; into: string; from: string; holder: string },
  row: FaceRecord,
): Promise<PairRefusal | undefined> {
  const { faces, photos, shardMap, users, batchUsers } = ports;
  const { faceKey, rank, chunk = 0 } = row;
  // Once more, for this key: it is what an erasure fences.
  const held = await users.hold(tenant, into, holder, faceKey);
  if (held === 'erasing') return 'user_erasing';
  if (held === 'busy') return 'user_busy';
  if (held === 'not_found') return 'user_gone';

  const image = await photoFor(ports, tenant, into, row);
  const [shards, generation] = await Promise.all([shardMap.shards(tenant), shardMap.generation(tenant)]);
  const collection = shardMap.collection(tenant, chooseShard(shards, into), generation);
  const { face } = await faces.indexFace({
    collection,
    image,
    externalImageId: externalImageId(into, faceKey),
    qualityFilter: 'NONE', // it was good enough when it counted first
  });
  if (!face) return 'photo_gone';
  const lost = await heldAgain(users, tenant, from, holder, faceKey);
  if (lost) {
    await faces.deleteFaces({ collection, faceIds: [face.faceId] });
    if (image !== row.image && !held.active.includes(faceKey)) await photos.remove([image]);
    return lost;
  }
  const there = await batchUsers.commit(tenant, {
    subject: into,
    faceKey,
    rank,
    chunk,
    generation,
    face,
    image,
  });
  if (counts(there, face.faceId)) return undefined;
  await faces.deleteFaces({ collection, faceIds: [face.faceId] });
  // That user has the very photo, in another shard.
  if (there.state === 'active') return undefined;
  return there.state === 'erased' ? 'user_erasing' : 'had_before';
}

/** Holds the user whose face it is once more. @returns why not, where somebody else has had it, or the face is gone */
async function heldAgain(
  users: Pick<Ports['users'], 'hold'>,
  ...[tenant, from, holder, faceKey]: Parameters<Ports['users']['hold']>
): Promise<PairRefusal | undefined> {
  const held = await users.hold(tenant, from, holder, faceKey);
  if (held === 'busy') return 'user_busy';
  // Whoever takes a face from a user that we held is an erasure; it may be over by now.
  if (typeof held === 'string' || !held.active.includes(faceKey)) return 'user_erasing';
  return undefined;
}

/** One that the service keeps is copied to where it keeps the other user's; one in an archive stays there. */
async function photoFor(
  { photos, photoVersions: { bucket } }: Pick<Ports, 'photos' | 'photoVersions'>,
  tenant: Tenant,
  into: string,
  { subject, faceKey, image }: FaceRecord,
): Promise<StoredImage> {
  if (image.bucket !== bucket || image.key !== facePhotoKey(tenant, subject, faceKey)) return image;
  const copy = { ...image, key: facePhotoKey(tenant, into, faceKey) };
  await photos.copy(image, copy);
  return copy;
}

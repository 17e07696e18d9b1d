import { failures } from '../workflows/failures.js';
import { failureType } from './failure-type.js';
import type { Indexing } from './index-face.js';
import type { Ports } from './ports.js';
import { MAX_FACES } from './search-duplicates.js';

/**
 * Removes every face under this key. Where the answer of IndexFaces was lost the same call names the face; a search then
 * finds what else is there under the key. Without its photo only a face whose id is known can be found, and an undo must
 * end: what may be left then counts for nothing, since no row vouches for it.
 */
export async function removeFace(
  ports: Pick<Ports, 'faces' | 'photos'>,
  { faceId, ...indexing }: Indexing & { faceId?: string },
): Promise<void> {
  const { collection } = indexing;
  if (faceId) await ports.faces.deleteFaces({ collection, faceIds: [faceId] });
  try {
    await removeFound(ports.faces, indexing, faceId);
  } catch (error) {
    // Rekognition has one name for a photo that is gone and for one it may not read: an operator can mend the second.
    if (failureType(error) !== failures.operatorMustAct || (await exists(ports.photos, indexing)))
      throw error;
  }
}

/** Removes what the photo leads to. */
async function removeFound(faces: Ports['faces'], indexing: Indexing, faceId: string | undefined) {
  const { collection, image, externalImageId, qualityFilter } = indexing;
  const known = faceId ?? (await faces.indexFace(indexing)).face?.faceId;
  if (known && !faceId) await faces.deleteFaces({ collection, faceIds: [known] });
  const search = { collection, image, maxFaces: MAX_FACES, threshold: 90, qualityFilter };
  const { hits } = await faces.searchByImage(search);
  const leftovers = (hits ?? []).filter(
    (hit) => hit.externalImageId === externalImageId && hit.faceId !== known,
  );
  await faces.deleteFaces({ collection, faceIds: leftovers.map((hit) => hit.faceId) });
}

async function exists(photos: Ports['photos'], { image }: Indexing): Promise<boolean> {
  return (await photos.get(image, { maxBytes: 0 })) !== undefined;
}

import type { IndexedFace } from '../../domain/face-record.js';
import { MAX_FACES } from '../search-duplicates.js';
import type { ItemTools } from './item-work.js';

/** How often a face is looked for that cannot be found yet, and how long after. */
const LOOKS = 4;
const APART_MS = 500;

/** Of one photo twice: hardly anything below 100. */
const SAME_PHOTO = 95;

/**
 * Removes faces of a photo. `surplus`: and others under the same name, of answers that were lost: Rekognition promises to keep
 * one face an image (IndexFaces, API reference), and rows vouch for one alone.
 */
export async function removeFaces(
  tools: Pick<ItemTools, 'faces' | 'clock'>,
  {
    faces,
    externalImageId,
    surplus,
  }: { faces: readonly IndexedFace[]; externalImageId: string; surplus: boolean },
): Promise<void> {
  if (surplus) for (const face of faces) await removeSurplus(tools, face, externalImageId, faces);
  for (const { collection, faceId } of faces)
    await tools.faces.deleteFaces({ collection, faceIds: [faceId] });
}

/**
 * Removes faces of the same name that are like `face`, but for those in `kept`. One that cannot be found is left to
 * reconciliation: nothing vouches for it, so that it counts for nobody.
 */
export async function removeSurplus(
  { faces, clock }: Pick<ItemTools, 'faces' | 'clock'>,
  { collection, faceId }: IndexedFace,
  externalImageId: string,
  kept: readonly IndexedFace[],
): Promise<void> {
  for (let look = 1; look <= LOOKS; look++) {
    const search = { collection, faceId, maxFaces: MAX_FACES, threshold: SAME_PHOTO };
    const { hits } = await faces.searchByFace(search);
    if (hits) {
      const leftovers = hits.filter(
        (hit) =>
          hit.externalImageId === externalImageId &&
          hit.faceId !== faceId &&
          !kept.some((face) => face.faceId === hit.faceId),
      );
      await faces.deleteFaces({ collection, faceIds: leftovers.map((hit) => hit.faceId) });
      return;
    }
    if (look < LOOKS) await clock.sleep(APART_MS);
  }
}

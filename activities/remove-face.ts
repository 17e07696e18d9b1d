import type { Indexing } from './index-face.js';
import type { FaceIndex } from './ports.js';

/**
 * Removes every face under this key. Where the answer of IndexFaces was lost the same call names the face; a search then
 * finds what else is there under the key.
 */
export async function removeFace(
  faces: FaceIndex,
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

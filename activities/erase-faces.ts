import { isFaceOf, type Remaining, searchPhotos } from '../domain/erasure.js';
import { byCollection } from '../domain/face-record.js';
import type { StoredImage } from '../domain/image-ref.js';
import type { Tenant } from '../domain/session.js';
import { everyCollectionEver } from './collections.js';
import type { Ports } from './ports.js';
import { MAX_FACES } from './search-duplicates.js';

type FacePorts = Pick<
  Ports,
  'faces' | 'reconcileTable' | 'photos' | 'photoVersions' | 'shardMap' | 'collections'
>;

interface Wanted {
  tenant: Tenant;
  subject: string;
  lastPhoto?: StoredImage | undefined;
}

/**
 * Removes every face of a user: those that rows name, and whatever else carries the user's pseudonym where one of the user's
 * photos leads, in every collection that ever was.
 * @returns how many faces were there
 */
export async function eraseFaces(
  ports: FacePorts,
  { tenant, subject, lastPhoto }: Wanted,
  progress: () => void,
): Promise<number> {
  // Not by way of the user: who cannot open what is sealed must still be able to erase it.
  const rows = await ports.reconcileTable.faces(tenant, subject);
  const photos = await existing(ports, [...(lastPhoto ? [lastPhoto] : []), ...searchPhotos(rows)]);
  const named = rows.flatMap((row) => Object.values(row.faces));
  const collections = new Set([
    ...(await everyCollectionEver(ports, tenant)),
    ...named.map(({ collection }) => collection),
  ]);
  const found: { collection: string; faceId: string }[] = [];
  for (const collection of collections) {
    for (const photo of photos) {
      for (const faceId of await facesOf(ports, subject, collection, photo))
        found.push({ collection, faceId });
      progress();
    }
  }
  let erased = 0;
  for (const [collection, faceIds] of byCollection([...named, ...found])) {
    // Rows of the past name faces that are gone long since.
    erased += await ports.faces.deleteFaces({ collection, faceIds });
    progress();
  }
  return erased;
}

/**
 * Searches every collection again with the last photo, and removes what carries the user's pseudonym; another user's face,
 * however similar, is not this user's.
 * @returns what was found; undefined when there is no photo to search with, or no face in it
 */
export async function eraseRemaining(
  ports: FacePorts,
  { tenant, subject, lastPhoto }: Wanted,
  progress: () => void,
): Promise<Remaining[] | undefined> {
  const [photo] = await existing(ports, lastPhoto ? [lastPhoto] : []);
  if (!photo) return undefined;
  const remaining: Remaining[] = [];
  for (const collection of await everyCollectionEver(ports, tenant)) {
    const faceIds = await facesOf(ports, subject, collection, photo);
    await ports.faces.deleteFaces({ collection, faceIds });
    if (faceIds.length > 0) remaining.push({ collection, faces: faceIds.length });
    progress();
  }
  return remaining;
}

/** Of the faces nearest to the photo, however unlike: an orphan may be of another photo than the one we have. */
async function facesOf(
  { faces }: Pick<Ports, 'faces'>,
  subject: string,
  collection: string,
  image: StoredImage,
): Promise<string[]> {
  const search = { collection, image, maxFaces: MAX_FACES, threshold: 0, qualityFilter: 'NONE' } as const;
  const { hits } = await faces.searchByImage(search);
  return (hits ?? []).filter((hit) => isFaceOf(subject, hit.externalImageId)).map(({ faceId }) => faceId);
}

async function existing(
  { photos, photoVersions: { bucket } }: Pick<Ports, 'photos' | 'photoVersions'>,
  refs: readonly StoredImage[],
): Promise<StoredImage[]> {
  const found = await Promise.all(
    refs.map((photo) => photos.get(photo, { maxBytes: 0, foreign: photo.bucket !== bucket })),
  );
  return refs.filter((_, at) => found[at] !== undefined);
}

import { byCollection, type IndexedFace } from '../domain/face-record.js';
import { facePhotoKey } from '../domain/photo-keys.js';
import type { Tenant } from '../domain/session.js';
import type { Ports } from './ports.js';

/**
 * What follows once the new face counts: older ones become history. Their rows first, so that a face stops to count before
 * it stops to be found; then their faces, in whatever collections; then the photos that the service kept of them (one that
 * was indexed where its owner keeps it is left alone). A repeat goes on where an earlier try stopped.
 */
export async function replaceFaces(
  { faces, photos, users }: Pick<Ports, 'photos' | 'users'> & { faces: Pick<Ports['faces'], 'deleteFaces'> },
  request: { tenant: Tenant; subject: string; older: readonly string[]; face: IndexedFace; bucket: string },
): Promise<void> {
  const { tenant, subject, older, face, bucket } = request;
  const keys = older.map((faceKey) => ({ subject, faceKey }));
  await Promise.all(keys.map((key) => users.replaceFace(tenant, key)));
  // Read after that: a row that does not count any more gets no further faces.
  const rows = await users.readFaces(tenant, keys);
  const replaced = rows.filter(({ state }) => state === 'replaced');
  const spent = replaced
    .flatMap((row) => Object.values(row.faces))
    .filter(({ faceId }) => faceId !== face.faceId);
  await Promise.all(
    [...byCollection(spent)].map(([collection, faceIds]) => faces.deleteFaces({ collection, faceIds })),
  );
  await photos.remove(
    replaced.map(({ faceKey }) => ({ bucket, key: facePhotoKey(tenant, subject, faceKey) })),
  );
}

import type { FaceRecord } from '../../domain/face-record.js';
import { facePhotoKey } from '../../domain/photo-keys.js';
import type { Tenant } from '../../domain/session.js';
import type { Ports } from '../ports.js';

/**
 * Removes a face of a user whom we hold, row and all. It stops to count first, then it stops to be found; the row goes last,
 * since it says which faces there are. The photo is left alone unless the service itself keeps it.
 * @param isGiven what the ledger has of its photo is another user's by now (`BatchTable.moveSubject`)
 */
export async function dropFace(
  { faces, photos, photoVersions, users }: Pick<Ports, 'faces' | 'photos' | 'photoVersions' | 'users'>,
  tenant: Tenant,
  row: FaceRecord,
  isGiven = false,
): Promise<void> {
  await users.replaceFace(tenant, row);
  for (const { collection, faceId } of Object.values(row.faces))
    await faces.deleteFaces({ collection, faceIds: [faceId] });
  const { bucket } = photoVersions;
  await photos.remove([{ bucket, key: facePhotoKey(tenant, row.subject, row.faceKey) }]);
  await users.withdrawFace(tenant, row, row.rank.sessionId, isGiven);
}

import type { ErasedPhotos } from '../../domain/erasure.js';
import { importsPrefix } from '../../domain/photo-keys.js';
import type { Tenant } from '../../domain/session.js';
import type { Ports } from '../ports.js';
import { objectOf } from './object-of.js';

/**
 * Removes the photos of a user that were uploaded to our bucket to be indexed, older versions too, whatever became of them there:
 * those that ledgers name. What is elsewhere is somebody else's to remove, and is not touched. A job that runs removes those itself
 * to which it comes later.
 */
export async function eraseUploads(
  { batches, photoVersions }: Pick<Ports, 'batches' | 'photoVersions'>,
  { tenant, subject }: { tenant: Tenant; subject: string },
  progress: () => void,
): Promise<ErasedPhotos> {
  const kept = new Map<string, number>();
  let erased = 0;
  for (const uri of await batches.photosOf(tenant, subject)) {
    const object = objectOf(uri);
    const versions = await eraseUpload(photoVersions, tenant, object, progress);
    if (versions === undefined) kept.set(object.bucket, (kept.get(object.bucket) ?? 0) + 1);
    else erased += versions;
    progress();
  }
  return { erased, kept: [...kept].map(([bucket, photos]) => ({ bucket, photos })) };
}

/** Every version of a photo that was uploaded to be indexed. @returns how many there were; undefined of one that is elsewhere */
export async function eraseUpload(
  photoVersions: Ports['photoVersions'],
  tenant: Tenant,
  { bucket, key }: { bucket: string; key: string },
  progress: () => void = () => undefined,
): Promise<number | undefined> {
  if (bucket !== photoVersions.bucket || !key.startsWith(importsPrefix(tenant))) return undefined;
  return photoVersions.erase(key, { exact: true, progress });
}

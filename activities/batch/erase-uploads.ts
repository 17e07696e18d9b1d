import type { ErasedPhotos } from '../../domain/erasure.js';
import { importsPrefix } from '../../domain/photo-keys.js';
import type { Tenant } from '../../domain/session.js';
import type { Ports } from '../ports.js';
import { objectOf } from './object-of.js';

/**
 * Removes the photos of a user that were uploaded to our bucket to be indexed, older versions too, whatever became of them there:
 * those that ledgers name. What is elsewhere is somebody else's to remove, and is not touched; nor is what a job has not got to.
 */
export async function eraseUploads(
  { batches, photoVersions }: Pick<Ports, 'batches' | 'photoVersions'>,
  { tenant, subject }: { tenant: Tenant; subject: string },
  progress: () => void,
): Promise<ErasedPhotos> {
  const kept = new Map<string, number>();
  let erased = 0;
  for (const uri of await batches.photosOf(tenant, subject)) {
    const { bucket, key } = objectOf(uri);
    if (bucket === photoVersions.bucket && key.startsWith(importsPrefix(tenant)))
      erased += await photoVersions.erase(key, { exact: true, progress });
    else kept.set(bucket, (kept.get(bucket) ?? 0) + 1);
    progress();
  }
  return { erased, kept: [...kept].map(([bucket, photos]) => ({ bucket, photos })) };
}

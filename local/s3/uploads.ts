import { s3Error } from './errors.js';
import { type Part, partKey, type Upload, uploadKey } from './metadata.js';
import type { S3Request } from './request.js';
import { bucketOrThrow, type Store } from './store.js';

/** The multipart upload that the request names. Throws NoSuchBucket or NoSuchUpload. */
export async function uploadOrThrow(store: Store, request: S3Request): Promise<Upload> {
  await bucketOrThrow(store, request.bucket);
  const id = request.query.get('uploadId') ?? '';
  const upload = await store.metadata.uploads.get(uploadKey(request.bucket, id));
  if (upload?.key !== request.key) throw s3Error('NoSuchUpload');
  return upload;
}

/** In the order of their numbers. */
export async function partsOf(store: Store, uploadId: string): Promise<Part[]> {
  return store.metadata.parts.values({ gte: partKey(uploadId, 0), lte: partKey(uploadId, 99_999) }).all();
}

/** Forgets the upload; its parts' contents go with it. */
export async function discard(store: Store, upload: Upload, parts: Part[]): Promise<void> {
  const batch = store.metadata.level
    .batch()
    .del(uploadKey(upload.bucket, upload.id), { sublevel: store.metadata.uploads });
  for (const { number, blob } of parts) {
    batch.del(partKey(upload.id, number), { sublevel: store.metadata.parts });
    store.blobs.abandon(batch, blob);
  }
  await batch.write();
  for (const { blob } of parts) await store.blobs.remove(blob);
}

/** Puts a part in place of one that has its number. Throws NoSuchUpload when the upload has ended meanwhile. */
export async function putPart(store: Store, upload: Upload, part: Part): Promise<void> {
  const { metadata, blobs, locks } = store;
  const key = partKey(upload.id, part.number);
  await locks.hold(`upload ${upload.id}`, async () => {
    if (!(await metadata.uploads.get(uploadKey(upload.bucket, upload.id)))) {
      await blobs.remove(part.blob);
      throw s3Error('NoSuchUpload');
    }
    const replaced = await metadata.parts.get(key);
    const batch = metadata.level.batch().put(key, part, { sublevel: metadata.parts });
    blobs.adopt(batch, part.blob);
    if (replaced) blobs.abandon(batch, replaced.blob);
    await batch.write();
    if (replaced) await blobs.remove(replaced.blob);
  });
}

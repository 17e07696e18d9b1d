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
  for (const { number } of parts) batch.del(partKey(upload.id, number), { sublevel: store.metadata.parts });
  await batch.write();
  for (const { blob } of parts) await store.blobs.remove(blob);
}

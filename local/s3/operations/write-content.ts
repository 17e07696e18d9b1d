import { createHash } from 'node:crypto';
import { attributesOf } from '../attributes.js';
import { bucketOrThrow, type Store } from '../store.js';
import { putVersion } from '../write-version.js';

/** Puts a JPEG as PutObject would, without a request: what another service of the twin writes. Throws NoSuchBucket. */
export async function writeContent(
  store: Store,
  object: { bucket: string; key: string; bytes: Uint8Array; kmsKeyId?: string },
): Promise<{ version?: string }> {
  const bytes = Buffer.from(object.bytes);
  const encryption = object.kmsKeyId && {
    'x-amz-server-side-encryption': 'aws:kms',
    'x-amz-server-side-encryption-aws-kms-key-id': object.kmsKeyId,
  };
  const headers = { 'content-type': 'image/jpeg', ...encryption };
  const { bucket, version } = await putVersion(store, object.bucket, object.key, {
    ...attributesOf(headers, await bucketOrThrow(store, object.bucket)),
    blob: await store.blobs.write(bytes),
    size: bytes.length,
    etag: createHash('md5').update(bytes).digest('hex'),
    checksums: { values: {} },
  });
  return bucket.versioning === 'Enabled' ? { version: version.versionId } : {};
}

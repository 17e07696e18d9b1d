import type { FileHandle } from 'node:fs/promises';
import { s3Error } from './errors.js';
import { objectKey, type StoredVersion, type Version } from './metadata.js';
import { bucketOrThrow, type Store } from './store.js';

/**
 * The version that a read means: the current object, or the version asked for. Throws NoSuchKey, NoSuchVersion, or
 * MethodNotAllowed for a delete marker.
 */
export async function versionOrThrow(
  store: Store,
  bucket: string,
  key: string,
  versionId: string | undefined,
): Promise<StoredVersion> {
  if (versionId === undefined) {
    const current = await store.metadata.current.get(objectKey(bucket, key));
    if (current) return current;
    await bucketOrThrow(store, bucket);
    const [newest] = await versionsOf(store, bucket, key);
    throw s3Error('NoSuchKey', undefined, newest ? markerHeaders(newest) : {});
  }
  await bucketOrThrow(store, bucket);
  const version = (await versionsOf(store, bucket, key)).find((each) => each.versionId === versionId);
  if (!version) throw s3Error('NoSuchVersion');
  if (version.deleteMarker) throw s3Error('MethodNotAllowed', undefined, markerHeaders(version));
  return version;
}

/** A version together with its open content: a write that comes in between cannot pull the content away. */
export async function openVersion(
  store: Store,
  bucket: string,
  key: string,
  versionId: string | undefined,
): Promise<{ version: StoredVersion; content: FileHandle }> {
  return store.locks.hold(objectKey(bucket, key), async () => {
    const version = await versionOrThrow(store, bucket, key, versionId);
    return { version, content: await store.blobs.open(version.blob) };
  });
}

/** All versions of a key, newest first. */
export async function versionsOf(store: Store, bucket: string, key: string): Promise<Version[]> {
  const prefix = `${objectKey(bucket, key)}\0`;
  return store.metadata.versions.values({ gte: prefix, lt: `${prefix}g` }).all(); // hex digits follow
}

/** The version that overwriting replaces where the bucket keeps none. */
export async function nullVersion(store: Store, bucket: string, key: string): Promise<Version | undefined> {
  return (await versionsOf(store, bucket, key)).find((version) => version.versionId === 'null');
}

function markerHeaders(version: Version): Record<string, string> {
  return version.deleteMarker ? { 'x-amz-delete-marker': 'true', 'x-amz-version-id': version.versionId } : {};
}

import { randomBytes } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { createKeyedLock, type KeyedLock } from '../keyed-lock.js';
import { type Blobs, openBlobs } from './blobs.js';
import { s3Error } from './errors.js';
import {
  type Bucket,
  type DeleteMarker,
  type Metadata,
  objectKey,
  openMetadata,
  type StoredVersion,
  type Version,
  versionKey,
} from './metadata.js';

/** Buckets and objects on disk. A write is acknowledged when content and metadata are out of this process's hands. */
export interface Store {
  metadata: Metadata;
  blobs: Blobs;
  locks: KeyedLock;
  close(): Promise<void>;
}

/** What must hold of the current object for a write to happen; throws when it does not. */
export type Condition = (current: StoredVersion | undefined) => void;

/** A new object's record, before the store gives it its place among the versions. */
export type NewObject = Omit<StoredVersion, 'versionId' | 'sequence' | 'modifiedAt' | 'deleteMarker'>;

/** Opens the store in `directory`. */
export async function openStore(directory: string): Promise<Store> {
  const metadata = await openMetadata(join(directory, 'metadata'));
  const blobs = await openBlobs(join(directory, 'blobs'));
  return { metadata, blobs, locks: createKeyedLock(), close: () => metadata.level.close() };
}

/** Throws NoSuchBucket. */
export async function bucketOrThrow(store: Store, name: string): Promise<Bucket> {
  const bucket = await store.metadata.buckets.get(name);
  if (!bucket) throw s3Error('NoSuchBucket');
  return bucket;
}

/**
 * Puts an object whose content is a blob already: a new version, or in place of the null version where the bucket keeps no
 * versions. The blob is removed again when the condition or the bucket says no.
 */
export async function putVersion(
  store: Store,
  bucketName: string,
  key: string,
  object: NewObject,
  condition: Condition = () => {},
): Promise<{ bucket: Bucket; version: StoredVersion }> {
  const { metadata, blobs, locks } = store;
  return locks.hold(objectKey(bucketName, key), async () => {
    try {
      const bucket = await bucketOrThrow(store, bucketName);
      condition(await metadata.current.get(objectKey(bucketName, key)));
      const versionId = newVersionId(bucket);
      const replaced = versionId === 'null' ? await nullVersion(store, bucketName, key) : undefined;
      const version: StoredVersion = {
        ...object,
        versionId,
        sequence: nextSequence(),
        modifiedAt: Date.now(),
      };
      const batch = metadata.level.batch();
      if (replaced) {
        batch.del(versionKey(bucketName, key, replaced.sequence), { sublevel: metadata.versions });
      }
      await batch
        .put(versionKey(bucketName, key, version.sequence), version, { sublevel: metadata.versions })
        .put(objectKey(bucketName, key), version, { sublevel: metadata.current })
        .write();
      if (replaced) await removeContent(store, replaced);
      return { bucket, version };
    } catch (error) {
      await blobs.remove(object.blob);
      throw error;
    }
  });
}

/** Changes fields of a version in place (tags). Throws NoSuchKey or NoSuchVersion. */
export async function changeVersion(
  store: Store,
  bucket: string,
  key: string,
  versionId: string | undefined,
  change: Partial<Pick<StoredVersion, 'tags'>>,
): Promise<StoredVersion> {
  const { metadata, locks } = store;
  return locks.hold(objectKey(bucket, key), async () => {
    const version = { ...(await versionOrThrow(store, bucket, key, versionId)), ...change };
    const current = await metadata.current.get(objectKey(bucket, key));
    const batch = metadata.level
      .batch()
      .put(versionKey(bucket, key, version.sequence), version, { sublevel: metadata.versions });
    if (current?.sequence === version.sequence) {
      batch.put(objectKey(bucket, key), version, { sublevel: metadata.current });
    }
    await batch.write();
    return version;
  });
}

/** What a deletion did: a marker was put, or a version (of either kind) removed, or there was nothing. */
export interface Deletion {
  versionId?: string;
  deleteMarker?: true;
}

/** Deletes the object: with `versionId` that version for good, without by the bucket's state of versioning. */
export async function deleteVersion(
  store: Store,
  bucketName: string,
  key: string,
  versionId?: string,
  condition: Condition = () => {},
): Promise<Deletion> {
  return store.locks.hold(objectKey(bucketName, key), async () => {
    const bucket = await bucketOrThrow(store, bucketName);
    condition(await store.metadata.current.get(objectKey(bucketName, key)));
    if (versionId !== undefined) return removeVersion(store, bucketName, key, versionId);
    if (!bucket.versioning) {
      await removeVersion(store, bucketName, key, 'null');
      return {};
    }
    return putMarker(store, bucket, key);
  });
}

async function putMarker(store: Store, bucket: Bucket, key: string): Promise<Deletion> {
  const { metadata } = store;
  const versionId = newVersionId(bucket);
  const replaced = versionId === 'null' ? await nullVersion(store, bucket.name, key) : undefined;
  const marker: DeleteMarker = {
    versionId,
    sequence: nextSequence(),
    modifiedAt: Date.now(),
    deleteMarker: true,
  };
  const batch = metadata.level.batch();
  if (replaced) batch.del(versionKey(bucket.name, key, replaced.sequence), { sublevel: metadata.versions });
  await batch
    .put(versionKey(bucket.name, key, marker.sequence), marker, { sublevel: metadata.versions })
    .del(objectKey(bucket.name, key), { sublevel: metadata.current })
    .write();
  if (replaced) await removeContent(store, replaced);
  return { versionId, deleteMarker: true };
}

async function removeVersion(
  store: Store,
  bucket: string,
  key: string,
  versionId: string,
): Promise<Deletion> {
  const { metadata } = store;
  const versions = await versionsOf(store, bucket, key);
  const removed = versions.find((version) => version.versionId === versionId);
  if (!removed) return { versionId };
  const newest = versions.find((version) => version !== removed);
  const batch = metadata.level
    .batch()
    .del(versionKey(bucket, key, removed.sequence), { sublevel: metadata.versions });
  if (newest && !newest.deleteMarker) {
    batch.put(objectKey(bucket, key), newest, { sublevel: metadata.current });
  } else batch.del(objectKey(bucket, key), { sublevel: metadata.current });
  await batch.write();
  await removeContent(store, removed);
  return { versionId, ...(removed.deleteMarker && { deleteMarker: true }) };
}

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
async function versionsOf(store: Store, bucket: string, key: string): Promise<Version[]> {
  const prefix = `${objectKey(bucket, key)}\0`;
  return store.metadata.versions.values({ gte: prefix, lt: `${prefix}g` }).all(); // hex digits follow
}

async function nullVersion(store: Store, bucket: string, key: string): Promise<Version | undefined> {
  return (await versionsOf(store, bucket, key)).find((version) => version.versionId === 'null');
}

async function removeContent(store: Store, version: Version): Promise<void> {
  if (!version.deleteMarker) await store.blobs.remove(version.blob);
}

function newVersionId(bucket: Bucket): string {
  return bucket.versioning === 'Enabled' ? randomBytes(24).toString('base64url') : 'null';
}

function markerHeaders(version: Version): Record<string, string> {
  return version.deleteMarker ? { 'x-amz-delete-marker': 'true', 'x-amz-version-id': version.versionId } : {};
}

let lastSequence = 0;

/** Microseconds, and never the same twice, also across restarts (as long as the clock is not set back). */
function nextSequence(): number {
  lastSequence = Math.max(lastSequence + 1, Date.now() * 1000);
  return lastSequence;
}

import { randomBytes } from 'node:crypto';
import {
  type Batch,
  type Bucket,
  type DeleteMarker,
  objectKey,
  type StoredVersion,
  type Version,
  versionKey,
} from './metadata.js';
import { nullVersion, versionOrThrow, versionsOf } from './read-version.js';
import { bucketOrThrow, type Store } from './store.js';

/** What must hold of the current object for a write to happen; throws when it does not. */
export type Condition = (current: StoredVersion | undefined) => void;

/** A new object's record, before the store gives it its place among the versions. */
export type NewObject = Omit<StoredVersion, 'versionId' | 'sequence' | 'modifiedAt' | 'deleteMarker'>;

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
    const { bucket, replaced } = await admitted(store, bucketName, key, condition).catch(async (error) => {
      await blobs.remove(object.blob);
      throw error;
    });
    const version: StoredVersion = {
      ...object,
      versionId: newVersionId(bucket),
      sequence: nextSequence(),
      modifiedAt: Date.now(),
    };
    const batch = metadata.level.batch();
    blobs.adopt(batch, version.blob);
    if (replaced) forget(store, batch, bucketName, key, replaced);
    await batch
      .put(versionKey(bucketName, key, version.sequence), version, { sublevel: metadata.versions })
      .put(objectKey(bucketName, key), version, { sublevel: metadata.current })
      .write();
    if (replaced) await removeContent(store, replaced);
    return { bucket, version };
  });
}

/** Throws where bucket or condition say no; tells which version the new one takes the place of. */
async function admitted(store: Store, bucketName: string, key: string, condition: Condition) {
  const bucket = await bucketOrThrow(store, bucketName);
  condition(await store.metadata.current.get(objectKey(bucketName, key)));
  return { bucket, replaced: await replacedVersion(store, bucket, key) };
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
  const replaced = await replacedVersion(store, bucket, key);
  const marker: DeleteMarker = {
    versionId,
    sequence: nextSequence(),
    modifiedAt: Date.now(),
    deleteMarker: true,
  };
  const batch = metadata.level.batch();
  if (replaced) forget(store, batch, bucket.name, key, replaced);
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
  const batch = metadata.level.batch();
  forget(store, batch, bucket, key, removed);
  if (newest && !newest.deleteMarker) {
    batch.put(objectKey(bucket, key), newest, { sublevel: metadata.current });
  } else batch.del(objectKey(bucket, key), { sublevel: metadata.current });
  await batch.write();
  await removeContent(store, removed);
  return { versionId, ...(removed.deleteMarker && { deleteMarker: true }) };
}

/** Without versions, or with versioning suspended, a write takes the place of the null version. */
async function replacedVersion(store: Store, bucket: Bucket, key: string): Promise<Version | undefined> {
  return bucket.versioning === 'Enabled' ? undefined : nullVersion(store, bucket.name, key);
}

function forget(store: Store, batch: Batch, bucket: string, key: string, version: Version): void {
  batch.del(versionKey(bucket, key, version.sequence), { sublevel: store.metadata.versions });
  if (!version.deleteMarker) store.blobs.abandon(batch, version.blob);
}

async function removeContent(store: Store, version: Version): Promise<void> {
  if (!version.deleteMarker) await store.blobs.remove(version.blob);
}

function newVersionId(bucket: Bucket): string {
  return bucket.versioning === 'Enabled' ? randomBytes(24).toString('base64url') : 'null';
}

let lastSequence = 0;

/** Microseconds, and never the same twice, also across restarts (as long as the clock is not set back). */
function nextSequence(): number {
  lastSequence = Math.max(lastSequence + 1, Date.now() * 1000);
  return lastSequence;
}

import { join } from 'node:path';
import { createKeyedLock, type KeyedLock } from '../keyed-lock.js';
import { type Blobs, openBlobs } from './blobs.js';
import { s3Error } from './errors.js';
import { type Bucket, type Metadata, openMetadata } from './metadata.js';

/** Buckets and objects on disk. A write is acknowledged when content and metadata are out of this process's hands. */
export interface Store {
  metadata: Metadata;
  blobs: Blobs;
  locks: KeyedLock;
  close(): Promise<void>;
}

/** Opens the store in `directory`. */
export async function openStore(directory: string): Promise<Store> {
  const metadata = await openMetadata(join(directory, 'metadata'));
  const blobs = await openBlobs(join(directory, 'blobs'), metadata);
  return { metadata, blobs, locks: createKeyedLock(), close: () => metadata.level.close() };
}

/** Throws NoSuchBucket. */
export async function bucketOrThrow(store: Store, name: string): Promise<Bucket> {
  const bucket = await store.metadata.buckets.get(name);
  if (!bucket) throw s3Error('NoSuchBucket');
  return bucket;
}

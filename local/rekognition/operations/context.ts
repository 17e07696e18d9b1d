import type { Faults } from '../../faults.js';
import type { TextEngine } from '../../text/text-engine.js';
import type { Collection } from '../collections/collection.js';
import type { CollectionStore } from '../collections/store.js';
import type { FaceEngine } from '../engine/face-engine.js';
import type { LivenessStore } from '../liveness/store.js';
import { refusals } from '../refusals.js';

/**
 * Reads an object of the twin's S3. Throws anything where the object, the bucket or the version is not there, or may not
 * be read.
 */
export type ReadObject = (object: { bucket: string; key: string; version?: string }) => Promise<Uint8Array>;

/**
 * Puts an object into the twin's S3, under a KMS key where one is given; tells its version where the bucket keeps some.
 * Throws anything where there is no such bucket.
 */
export type WriteObject = (object: {
  bucket: string;
  key: string;
  bytes: Uint8Array;
  kmsKeyId?: string;
}) => Promise<{ version?: string }>;

/** What operations work with. */
export interface Context {
  engine: FaceEngine;
  text: TextEngine;
  collections: CollectionStore;
  liveness: LivenessStore;
  readObject: ReadObject;
  writeObject: WriteObject;
  faults: Faults;
  /** For ARNs. */
  region: string;
  /** Of new collections. */
  faceModelVersion: string;
}

/** The collection of this name; throws ResourceNotFoundException without one. */
export function collectionOf({ collections }: Context, id: string): Collection {
  const found = collections.get(id);
  if (!found) throw refusals.collectionNotFound(id);
  return found;
}

/** How long faces stay hidden after IndexFaces, as set at the control port. */
export function visibility({ faults }: Context): { delayMs: number } {
  return { delayMs: faults.settings().rekognition.visibilityDelayMs };
}

import type { ImageRef } from '../domain/image-ref.js';
import type { TextReader as ReaderName } from '../domain/policy.js';
import type { DocumentTable } from './ports/document-table.js';
import type { ErasureStore } from './ports/erasure-store.js';
import type { EventTable } from './ports/events.js';
import type { ExpiringTable } from './ports/expiring.js';
import type { FaceCollections } from './ports/face-collections.js';
import type { FaceIndex } from './ports/face-index.js';
import type { FactTable } from './ports/facts.js';
import type { Liveness, LivenessFailures } from './ports/liveness.js';
import type { PhotoVersions } from './ports/photo-versions.js';
import type { ReconcileTable } from './ports/reconcile-table.js';
import type { SessionTable } from './ports/session-table.js';
import type { ShardMap } from './ports/shard-map.js';
import type { TextReader } from './ports/text-reader.js';
import type { UserTable } from './ports/user-table.js';

export type { FaceIndex, Hit, PhotoFault, SearchAnswer } from './ports/face-index.js';
export type {
  Consent,
  Profile,
  SessionDetails,
  SessionFilter,
  SessionRow,
  SessionTable,
} from './ports/session-table.js';
export type { ShardMap } from './ports/shard-map.js';
export type { CommittedFace, PlacedFace, User, UserTable } from './ports/user-table.js';

/** Photos: Amazon S3 or its twin. Every method throws ApplicationFailure as `FaceIndex` does. */
export interface PhotoStore {
  put(photo: ImageRef, body: Uint8Array, contentType: string): Promise<void>;
  /**
   * Undefined where there is no such photo. One of more than `maxBytes` is not read: the answer has a byte more.
   * @param options.foreign the bucket is not ours: what S3 does not let us see counts as not there
   */
  get(
    photo: { bucket: string; key: string },
    options?: { maxBytes?: number; foreign?: boolean },
  ): Promise<Uint8Array | undefined>;
  /** @throws ApplicationFailure `OperatorMustAct` when the photo is gone */
  copy(from: ImageRef, to: ImageRef): Promise<void>;
  /** Removes the objects; ones that are not there are no error. */
  remove(photos: readonly Pick<ImageRef, 'bucket' | 'key'>[]): Promise<void>;
}

/** Everything that activities reach the world by. */
export interface Ports {
  liveness: Liveness;
  livenessFailures: LivenessFailures;
  faces: FaceIndex;
  texts: Readonly<Record<ReaderName, TextReader>>;
  documents: DocumentTable;
  expiring: ExpiringTable;
  photos: PhotoStore;
  sessions: SessionTable;
  facts: FactTable;
  events: EventTable;
  users: UserTable;
  shardMap: ShardMap;
  collections: FaceCollections;
  photoVersions: PhotoVersions;
  erasures: ErasureStore;
  reconcileTable: ReconcileTable;
}

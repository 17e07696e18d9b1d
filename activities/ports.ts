import type { TextReader as ReaderName } from '../domain/policy.js';
import type { Archive } from './ports/archive.js';
import type { BatchTable } from './ports/batch-table.js';
import type { BatchUsers } from './ports/batch-users.js';
import type { DocumentTable } from './ports/document-table.js';
import type { ErasureStore } from './ports/erasure-store.js';
import type { EventTable } from './ports/events.js';
import type { ExpiringTable } from './ports/expiring.js';
import type { FaceCollections } from './ports/face-collections.js';
import type { FaceIndex } from './ports/face-index.js';
import type { FactTable } from './ports/facts.js';
import type { Liveness, LivenessFailures } from './ports/liveness.js';
import type { PhotoStore } from './ports/photo-store.js';
import type { PhotoVersions } from './ports/photo-versions.js';
import type { ReconcileTable } from './ports/reconcile-table.js';
import type { SessionTable } from './ports/session-table.js';
import type { ShardMap } from './ports/shard-map.js';
import type { Subjects } from './ports/subjects.js';
import type { TextReader } from './ports/text-reader.js';
import type { UserTable } from './ports/user-table.js';

export type { FaceIndex, PhotoFault, SearchAnswer } from './ports/face-index.js';
export type { PhotoStore } from './ports/photo-store.js';
export type {
  Profile,
  SessionDetails,
  SessionFilter,
  SessionRow,
  SessionTable,
} from './ports/session-table.js';
export type { ShardMap } from './ports/shard-map.js';
export type { PlacedFace, User, UserTable } from './ports/user-table.js';

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
  archive: Archive;
  batches: BatchTable;
  batchUsers: BatchUsers;
  subjectOf: Subjects;
}

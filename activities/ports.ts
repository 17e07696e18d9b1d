import type { ReadDocument } from '../domain/document.js';
import type { FaceRecord, IndexedFace, Rank } from '../domain/face-record.js';
import type { ImageRef } from '../domain/image-ref.js';
import type { AuthenticationPolicy, TextReader as ReaderName } from '../domain/policy.js';
import type { Redaction } from '../domain/redaction.js';
import type { SessionState, Tenant } from '../domain/session.js';
import type { Shard } from '../domain/shards.js';
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
import type { TextReader } from './ports/text-reader.js';

export type { FaceIndex, Hit, PhotoFault, SearchAnswer } from './ports/face-index.js';

/** Photos: Amazon S3 or its twin. Every method throws ApplicationFailure as `FaceIndex` does. */
export interface PhotoStore {
  put(photo: ImageRef, body: Uint8Array, contentType: string): Promise<void>;
  /** Undefined where there is no such photo. One of more than `maxBytes` is not read: the answer has a byte more. */
  get(
    photo: { bucket: string; key: string },
    options?: { maxBytes?: number },
  ): Promise<Uint8Array | undefined>;
  /** @throws ApplicationFailure `OperatorMustAct` when the photo is gone */
  copy(from: ImageRef, to: ImageRef): Promise<void>;
  /** Removes the objects; ones that are not there are no error. */
  remove(photos: readonly Pick<ImageRef, 'bucket' | 'key'>[]): Promise<void>;
}

/** A session as it is stored. */
export interface SessionRow {
  /** Fingerprint of the request that created it. */
  fingerprint: string;
  /** Absent until the workflow has begun. */
  state?: SessionState;
  details: SessionDetails;
  /** What the last attempt read of the person's document. */
  document?: ReadDocument;
  /** Present once somebody asked for everything personal to go; details and document are then gone. */
  redaction?: Redaction;
}

/** What a caller told us about a session and its person; sealed before it is stored, never in a workflow. */
export interface SessionDetails {
  userId?: string;
  profile?: Profile;
  metadata?: Record<string, string>;
  clientReferenceId?: string;
  returnUrl?: string;
  consent?: Consent;
}

/** Who a person says they are; sealed before it is stored. */
export interface Profile {
  email?: string;
  username?: string;
  phone?: string;
  name?: string;
  /** ISO 8601 date. */
  birthDate?: string;
  address?: string;
  documentNumber?: string;
}

/** What a person agreed to, and when. */
export interface Consent {
  textVersion: string;
  /** ISO 8601 time. */
  acceptedAt: string;
  locale?: string;
}

/** Which sessions a list has; what is absent narrows nothing. */
export interface SessionFilter {
  flow?: string;
  status?: string;
  /** Code of a reason that the last attempt ended with. */
  reason?: string;
  subject?: string;
  /** Milliseconds since the epoch. */
  createdAfter?: number;
}

/** Rows of verification sessions: one row each. Every method throws ApplicationFailure as `FaceIndex` does. */
export interface SessionTable {
  /** Makes the row before the workflow starts, with what the caller said; returns the one that is there already. */
  create(
    tenant: Tenant,
    sessionId: string,
    fingerprint: string,
    details: SessionDetails,
  ): Promise<SessionRow | undefined>;
  /** The workflow takes the row over. False: the id belongs to another run. */
  open(tenant: Tenant, state: SessionState, fingerprint: string, run: string): Promise<boolean>;
  /** Writes the state unless a newer revision is there, or the row is `gone`: erased. */
  save(tenant: Tenant, state: SessionState): Promise<{ gone: boolean }>;
  /**
   * Keeps what an attempt read of the document, sealed, or that it read nothing. Where the session is over or gone, or a
   * later attempt was there, nothing is written.
   * @param attempt number of the attempt
   * @returns whether it was written
   */
  saveDocument(
    tenant: Tenant,
    sessionId: string,
    attempt: number,
    document: ReadDocument | undefined,
  ): Promise<boolean>;
  /** Removes what is sealed in the row of an ended session, and says so there. False: it has not ended. */
  redact(tenant: Tenant, sessionId: string, redaction: Redaction): Promise<boolean>;
  /** Strongly consistent. */
  read(tenant: Tenant, sessionId: string): Promise<SessionRow | undefined>;
  /**
   * Newest first; sessions whose workflow has begun. Eventually consistent. While there is a cursor there may be more, also
   * where a page has fewer rows than its limit, or none: one call reads only so much.
   */
  list(
    tenant: Tenant,
    filter: SessionFilter,
    page: { limit: number; cursor?: string },
  ): Promise<{ rows: SessionRow[]; nextCursor?: string }>;
}

/** A user: who it is, and its faces. */
export interface User {
  subject: string;
  faces: FaceRecord[];
  /** Session that may change this user at the moment. */
  busy?: string;
  userId?: string;
  profile?: Profile;
  /** Milliseconds since the epoch. */
  createdAt?: number;
}

/**
 * Rows of users, their faces and their login attempts. Every transition is one conditional write of one row.
 * Every method throws ApplicationFailure as `FaceIndex` does.
 */
export interface UserTable {
  /** Strongly consistent. */
  read(tenant: Tenant, subject: string): Promise<User | undefined>;
  /** Strongly consistent, in no particular order; absent rows are left out. */
  readFaces(tenant: Tenant, keys: readonly { subject: string; faceKey: string }[]): Promise<FaceRecord[]>;
  /**
   * Takes the user for a session that wants to register it, and stores who it is. `busy`: another session holds it, or took
   * it meanwhile; one that has held it for an hour is taken for dead, and kept from committing its face. `erasing`: the user
   * is being erased.
   * @param person.faceKey of the face that the session would commit; without it a session that is taken for dead before its
   *   row stands in line may still come back
   */
  reserve(
    tenant: Tenant,
    subject: string,
    sessionId: string,
    person: { userId: string; profile?: Profile; faceKey?: string },
  ): Promise<'reserved' | 'exists' | 'busy' | 'erasing'>;
  /**
   * Takes a registered user for a session that wants to replace its faces; who it is stays as it is. Beside the refusals of
   * `reserve`: `not_found`, the user has no active face. A session whose own face counts already only has to let go, and is
   * in nobody's way.
   * @param faceKey of the face that the session would commit
   * @returns the keys of the faces that count at this moment
   */
  hold(
    tenant: Tenant,
    subject: string,
    sessionId: string,
    faceKey: string,
  ): Promise<{ active: string[] } | 'not_found' | 'busy' | 'erasing'>;
  /** Lets go of a user who is now registered. */
  settle(tenant: Tenant, subject: string, sessionId: string): Promise<void>;
  /** Lets go of the user if the session holds it; a user without an active face disappears. */
  release(tenant: Tenant, subject: string, sessionId: string): Promise<void>;
  /** Puts the face in line; a repeat returns where the first one put it. */
  placeFace(tenant: Tenant, face: PlacedFace): Promise<PlacedFace>;
  /** `tentative` to `active`; true also when that was done before. */
  commitFace(tenant: Tenant, face: CommittedFace): Promise<boolean>;
  /** `tentative` to `lost`, by a rival ahead in line. False when the face does not stand there any more. */
  displaceFace(tenant: Tenant, face: Pick<FaceRecord, 'subject' | 'faceKey' | 'rank'>): Promise<boolean>;
  /** `active` to `replaced`: the row stays as history, and names no photo any more. Anything but an active row is left. */
  replaceFace(tenant: Tenant, key: { subject: string; faceKey: string }): Promise<void>;
  /** Takes back whatever row this session put there: it may have become active by a write whose answer was lost. */
  withdrawFace(tenant: Tenant, key: { subject: string; faceKey: string }, sessionId: string): Promise<void>;
  /** Counts one attempt, once per id. True when the user may not try now. */
  countAttempt(
    tenant: Tenant,
    subject: string,
    attemptId: string,
    lockout: AuthenticationPolicy['lockout'],
  ): Promise<boolean>;
  /** Forgets one attempt, or all. */
  forgetAttempts(tenant: Tenant, subject: string, attemptId?: string): Promise<void>;
}

/** A face in line: where it will be, and before whom. */
export interface PlacedFace {
  subject: string;
  faceKey: string;
  rank: Rank;
  collection: string;
  image: ImageRef;
}

/** A face that is to count, in the generation that searches read. */
export interface CommittedFace {
  subject: string;
  faceKey: string;
  rank: Rank;
  generation: string;
  face: IndexedFace;
  image: ImageRef;
}

/** Which collections there are. */
export interface ShardMap {
  shards(tenant: Tenant): Promise<readonly Shard[]>;
  /** Generation that searches read and registrations write. */
  generation(tenant: Tenant): Promise<string>;
  collection(tenant: Tenant, shard: Shard, generation: string): string;
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
  table: ReconcileTable;
}

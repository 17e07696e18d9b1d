import type { FaceRecord, IndexedFace, Rank } from '../../domain/face-record.js';
import type { ImageRef } from '../../domain/image-ref.js';
import type { AuthenticationPolicy } from '../../domain/policy.js';
import type { Tenant } from '../../domain/session.js';
import type { Profile } from './session-table.js';

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
  /**
   * Takes back whatever row this session put there: it may have become active by a write whose answer was lost. What a ledger has
   * of its photo is still found from the user.
   * @param isGiven the ledger's row is another user's by now, and nothing is to lead there any more
   */
  withdrawFace(
    tenant: Tenant,
    key: { subject: string; faceKey: string },
    sessionId: string,
    isGiven?: boolean,
  ): Promise<void>;
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

import type { Erasure } from '../../domain/erasure.js';
import type { StoredImage } from '../../domain/image-ref.js';
import type { Tenant } from '../../domain/session.js';
import type { Status } from '../../domain/status.js';

/** A user who is being erased. */
export interface ErasingUser {
  /** The photo of the last search. */
  lastPhoto?: StoredImage;
  /** Faces were known when the erasure began. */
  hadFaces: boolean;
  /** Every erasure that has marked the user: this one, and those that were broken off. */
  erasureIds: string[];
}

/** A session of a user. */
export interface UserSession {
  sessionId: string;
  /** Absent until its workflow has begun. */
  status?: Status;
  /** When the last of its photos is to go; absent where none is kept for days. Milliseconds since the epoch. */
  keptUntil?: number;
}

/**
 * The rows an erasure writes and removes. Every removal returns how many rows it removed, and may be repeated. Every method
 * throws ApplicationFailure as `FaceIndex` does.
 */
export interface ErasureStore {
  /**
   * Marks the user as being erased, known or not: from now on nobody can reserve it. A photo that was remembered, and that
   * there were faces, stays so until the user is removed.
   */
  mark(
    tenant: Tenant,
    subject: string,
    erasureId: string,
    found: { lastPhoto?: StoredImage; hadFaces: boolean },
  ): Promise<ErasingUser>;
  /** Who holds the user now. */
  holder(tenant: Tenant, subject: string): Promise<string | undefined>;
  /** Takes every face out of the world: none counts any more, none can be committed, nobody holds the user. */
  fence(tenant: Tenant, subject: string): Promise<void>;
  /** Eventually consistent. */
  sessions(tenant: Tenant, subject: string): Promise<UserSession[]>;
  removeSession(tenant: Tenant, sessionId: string): Promise<number>;
  /** What claims the numbers of the user's documents, and the days they expire on. */
  removeDocuments(tenant: Tenant, subject: string): Promise<number>;
  /** Every row of the user but the one that says the user is being erased. */
  removeUser(tenant: Tenant, subject: string): Promise<number>;
  /** The last row; one that another erasure has marked stays. */
  unmark(tenant: Tenant, subject: string, erasureId: string): Promise<void>;
  /** Makes the receipt, unless it is there. */
  create(tenant: Tenant, erasure: Erasure): Promise<void>;
  save(tenant: Tenant, erasure: Erasure): Promise<void>;
  /** Strongly consistent. */
  read(tenant: Tenant, erasureId: string): Promise<Erasure | undefined>;
}

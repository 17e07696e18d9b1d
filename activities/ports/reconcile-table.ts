import type { FaceRecord, IndexedFace } from '../../domain/face-record.js';
import type { ReconciliationReport } from '../../domain/reconcile.js';
import type { Kept } from '../../domain/retention.js';
import type { SessionState, Tenant } from '../../domain/session.js';

/** Where a walk through the table goes on. */
export interface TablePosition {
  pk: string;
  sk: string;
}

/** A face's row, with the collection it was put in line for. */
export interface PlacedRow extends FaceRecord {
  collection?: string;
}

/** Who may change a user. Times in milliseconds since the epoch. */
export interface UserHold {
  subject: string;
  busy?: string;
  busySince?: number;
  erasing?: string;
  erasingSince?: number;
  createdAt?: number;
}

/** A row that may be out of order; of those that are not here there is nothing to say. */
export type TableRow = { tenant: Tenant } & (
  | { kind: 'face'; face: PlacedRow }
  | { kind: 'user'; user: UserHold }
  | { kind: 'session'; state: SessionState }
  /** A user's document. */
  | { kind: 'document'; subject: string; hash: string }
  /** What points to a user's document: by its hash, with the session that claimed it, or by the day it expires on. */
  | { kind: 'claim'; subject: string; at: TablePosition; hash?: string; sessionId?: string; day?: string }
);

/**
 * The table as a whole, which only reconciliation walks through, and the conditional writes by which it mends. Every method
 * throws ApplicationFailure as `FaceIndex` does.
 */
export interface ReconcileTable {
  /** A page of the whole table, eventually consistent; `examined` rows of every kind were read for it. */
  page(
    limit: number,
    from?: TablePosition,
  ): Promise<{ rows: TableRow[]; examined: number; next?: TablePosition }>;
  /** Strongly consistent. */
  user(tenant: Tenant, subject: string): Promise<UserHold | undefined>;
  /** Faces of a user, read strongly; without opening what is sealed beside them. */
  faces(tenant: Tenant, subject: string): Promise<FaceRecord[]>;
  /**
   * A session's row, read strongly, without what is sealed in it. `state` is absent until its workflow has begun, `retention`
   * where no photo was ever kept.
   */
  session(tenant: Tenant, sessionId: string): Promise<{ state?: SessionState; retention?: Kept } | undefined>;
  /** Documents of a user, read strongly. */
  documents(tenant: Tenant, subject: string): Promise<{ hash: string; expiresOn?: string }[]>;
  /**
   * Since when something without a date is known, in milliseconds since the epoch; it is forgotten a month after it was last
   * seen. @param remember whether to note it where it was not known
   */
  knownSince(tenant: Tenant, what: string, now: number, remember: boolean): Promise<number | undefined>;
  forget(tenant: Tenant, what: string): Promise<void>;
  /** Puts another face in the place of one that is gone. False: the row is no longer active with that face. */
  replaceFaceId(
    tenant: Tenant,
    key: { subject: string; faceKey: string },
    generation: string,
    gone: string,
    face: IndexedFace,
  ): Promise<boolean>;
  /** False: the row has another state by now, or is another session's. */
  removeFaceRow(tenant: Tenant, face: FaceRecord): Promise<boolean>;
  /** False: the claim is another user's or another session's by now, or gone. */
  removeClaim(claim: { at: TablePosition; subject: string; sessionId?: string }): Promise<boolean>;
  saveReport(report: ReconciliationReport): Promise<void>;
  lastReport(): Promise<ReconciliationReport | undefined>;
}

import type { ReadDocument } from '../../domain/document.js';
import type { Redaction } from '../../domain/redaction.js';
import type { Kept } from '../../domain/retention.js';
import type { SessionState, Tenant } from '../../domain/session.js';

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
  /**
   * Writes the state unless a newer revision is there. `gone`: the session was erased, nothing is written. `redacted`: it was
   * redacted, and of the state only what may stay is written. Whatever else was written of it has to go again.
   */
  save(tenant: Tenant, state: SessionState): Promise<{ gone: boolean; redacted: boolean }>;
  /**
   * Notes how long photos of the session are kept, before any of them is: should its workflow be lost, reconciliation goes by
   * that. False: the session is erased or redacted, so none may be kept.
   */
  noteRetention(tenant: Tenant, sessionId: string, retention: Kept): Promise<boolean>;
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
  /**
   * Removes what is sealed in the row of an ended session and what its checks measured, and says so there. False: it has not
   * ended.
   */
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

import type { Tenant } from '../../domain/session.js';

/** A document of a user that runs out. */
export interface ExpiringDocument {
  subject: string;
  /** Keyed hash of its number. */
  hash: string;
  /** Its last day, `yyyy-mm-dd`. */
  expiresOn: string;
}

/** Rows of the days on which documents run out. Every method throws ApplicationFailure as `FaceIndex` does. */
export interface ExpiringTable {
  /** Documents whose last day this is, and that were not told of yet. */
  due(tenant: Tenant, day: string): Promise<ExpiringDocument[]>;
  /** Is it still the user's? Strongly consistent. */
  isStored(tenant: Tenant, document: ExpiringDocument): Promise<boolean>;
  /**
   * Notes when it is told of: now, unless an earlier try noted it already. Undefined: there is nothing to tell any more.
   * @param now milliseconds since the epoch
   */
  note(tenant: Tenant, document: ExpiringDocument, now: number): Promise<number | undefined>;
  /** It was told of, or there is nothing to tell: it is not due again. */
  done(tenant: Tenant, document: ExpiringDocument): Promise<void>;
}

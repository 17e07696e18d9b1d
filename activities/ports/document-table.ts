import type { DocumentFields } from '../../domain/document.js';
import type { Tenant } from '../../domain/session.js';

/** Who registered with a document, or is about to. */
export interface DocumentOwner {
  subject: string;
  sessionId: string;
}

/** Rows of documents that users registered with. Every method but `hashOf` throws ApplicationFailure as `FaceIndex` does. */
export interface DocumentTable {
  /**
   * Finds a document again without telling its number: a keyed hash over tenant, number and date of birth. Country and type
   * are left out: where a line is not read, the same document would be another one. Undefined where one of the two is missing.
   */
  hashOf(tenant: Tenant, fields: DocumentFields): string | undefined;
  /** Takes a document nobody else has taken. Undefined when that is done, else who has it. */
  claim(tenant: Tenant, hash: string, owner: DocumentOwner): Promise<DocumentOwner | undefined>;
  /** Takes it from an owner who is gone. False: it is somebody else's by now. */
  takeOver(tenant: Tenant, hash: string, owner: DocumentOwner, from: DocumentOwner): Promise<boolean>;
  /** Lets go of a document, if this session took it. */
  release(tenant: Tenant, hash: string, sessionId: string): Promise<void>;
  /** Keeps the document with its user, and the day it expires on with the days. */
  store(tenant: Tenant, subject: string, document: { hash: string; fields: DocumentFields }): Promise<void>;
  /** Takes back what `store` kept. */
  forget(tenant: Tenant, subject: string, document: { hash: string; fields: DocumentFields }): Promise<void>;
}

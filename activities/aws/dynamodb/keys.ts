import type { Tenant } from '../../../domain/session.js';

/**
 * The one table: `pk` and `sk` strings. Account and mode are part of every partition key.
 *
 * | pk                               | sk               | holds                                    |
 * |----------------------------------|------------------|------------------------------------------|
 * | `<account>#<mode>#SESSION#<id>`  | `SESSION`        | a verification session                   |
 * |                                  | `FACT#<attempt>#<operation>#<number>` | what a call told (sealed) |
 * |                                  | `DECISION`       | how the session ended (sealed, but for what is counted) |
 * |                                  | `EVENT#<revision>#<type>` | what happened to it             |
 * | `<account>#<mode>#USER#<subject>`| `PROFILE`        | who the user is (sealed), who may change it |
 * |                                  | `FACE#<faceKey>` | a face and its state (where an archive keeps its photo: sealed) |
 * |                                  | `ATTEMPTS`       | login attempts of the running window     |
 * |                                  | `EVENT#<time>#<type>` | what happened to the user           |
 * |                                  | `ITEM#<job>#<chunk>#<itemId>` | where a ledger has an item of the user |
 * |                                  | `PAIR#<job>#<face>#<face>` | a pair that a face of the user is of |
 * | a user's, or a session's         | `LIVENESS`       | failed captures of the running window    |
 * |                                  | `DOCUMENT#<hash>`| a document the user registered with      |
 * | `<account>#<mode>#DOCUMENT#<hash>`| `OWNER`         | whose document that is                   |
 * | `<account>#<mode>#EXPIRING#<day>`| `<subject>`      | a document of the user expires on that day |
 * | `<account>#<mode>#ERASURE#<id>`  | `RECEIPT`        | the erasure of a user                    |
 * | `<account>#<mode>#BATCH#<job>`   | `JOB`            | a batch job                              |
 * |                                  | `ERASED#<subject>` | a user who was erased while it ran     |
 * |                                  | `PAIR#<face>#<face>` | two users with one face      |
 * | `<account>#<mode>#BATCH#<job>#CHUNK#<number>` | `CLAIM` | who works on the chunk                 |
 * |                                  | `ITEM#<itemId>`  | what became of a photo (whose it is: sealed) |
 * | `<account>#<mode>#SEEN#<what>`   | `SINCE`          | since when reconciliation knows of something |
 * | `RECONCILIATION`                 | time, or `LAST`  | what a reconciliation found, over all accounts |
 *
 * Index `sessions`: `listKey` + `createdKey`. Decisions are in it too, under a `listKey` of their day, and so are batch jobs and
 * those of their items that were not indexed (`batch-keys.ts`). Index `user-sessions`: `subjectKey` + `createdKey`.
 */
export const scope = ({ account, mode }: Tenant) => `${account}#${mode}`;

/** The index of all sessions; eventually consistent. */
export const SESSIONS_INDEX = 'sessions';
/** The index of one user's sessions; eventually consistent. */
export const USER_SESSIONS_INDEX = 'user-sessions';

/** Lists are spread over this many partitions of the index, so that none of them takes every write. */
export const LIST_PARTITIONS = 8;

/** The row of a session. */
export function sessionKey(tenant: Tenant, sessionId: string) {
  return { pk: `${scope(tenant)}#SESSION#${sessionId}`, sk: 'SESSION' };
}

/** Partition key of everything about a user; `subjectKey` of the user's sessions too. */
export function userPartition(tenant: Tenant, subject: string): string {
  return `${scope(tenant)}#USER#${subject}`;
}

/** The row that says who a user is, and which session may change it (`busy`, since `busySince`, ms since the epoch). */
export function profileKey(tenant: Tenant, subject: string) {
  return { pk: userPartition(tenant, subject), sk: 'PROFILE' };
}

/** The row of a face. */
export function faceRowKey(tenant: Tenant, { subject, faceKey }: { subject: string; faceKey: string }) {
  return { pk: userPartition(tenant, subject), sk: `FACE#${faceKey}` };
}

/** The row of a user's login attempts. */
export function attemptsKey(tenant: Tenant, subject: string) {
  return { pk: userPartition(tenant, subject), sk: 'ATTEMPTS' };
}

/** One partition (0 to LIST_PARTITIONS - 1) of the list of sessions. */
export function listKey(tenant: Tenant, partition: number): string {
  return `${scope(tenant)}#${partition}`;
}

/** The partition of the list that a session is in: always the same, spread evenly. */
export function listPartition(sessionId: string): number {
  let sum = 0;
  for (const character of sessionId) sum = (sum * 31 + character.charCodeAt(0)) % 65_521;
  return sum % LIST_PARTITIONS;
}

/** Sorts by time, then id; 13 digits of milliseconds last until the year 2286. */
export function createdKey(createdAt: number, sessionId: string): string {
  return `${String(createdAt).padStart(13, '0')}#${sessionId}`;
}

/** The row that says whose a document is. @param hash keyed hash of its number */
export function documentKey(tenant: Tenant, hash: string) {
  return { pk: `${scope(tenant)}#DOCUMENT#${hash}`, sk: 'OWNER' };
}

/** The row of a document that a user registered with. */
export function userDocumentKey(tenant: Tenant, subject: string, hash: string) {
  return { pk: userPartition(tenant, subject), sk: `DOCUMENT#${hash}` };
}

/** The row that says that a document of the user expires on a day. @param day `yyyy-mm-dd` */
export function expiringKey(tenant: Tenant, day: string, subject: string) {
  return { pk: `${scope(tenant)}#EXPIRING#${day}`, sk: subject };
}

/** The receipt of an erasure. */
export function erasureKey(tenant: Tenant, erasureId: string) {
  return { pk: `${scope(tenant)}#ERASURE#${erasureId}`, sk: 'RECEIPT' };
}

/** The row of the failed captures of a user, or of a session where no user is claimed. */
export function livenessKey(tenant: Tenant, { subject, sessionId }: { subject?: string; sessionId: string }) {
  const pk = subject === undefined ? sessionKey(tenant, sessionId).pk : userPartition(tenant, subject);
  return { pk, sk: 'LIVENESS' };
}

/** The row that says since when reconciliation knows of something that has no date of its own. */
export function seenKey(tenant: Tenant, what: string) {
  return { pk: `${scope(tenant)}#SEEN#${what}`, sk: 'SINCE' };
}

/** The row of a call's fact: the same for a repeat of the write. */
export function factKey(
  tenant: Tenant,
  sessionId: string,
  { attempt, operation, number }: { attempt: number; operation: string; number: number },
) {
  const { pk } = sessionKey(tenant, sessionId);
  return { pk, sk: `FACT#${digits(attempt, 3)}#${operation}#${digits(number, 5)}` };
}

/** The row that says how a session ended. */
export function decisionKey(tenant: Tenant, sessionId: string) {
  return { pk: sessionKey(tenant, sessionId).pk, sk: 'DECISION' };
}

/** The sessions that ended on a day (`yyyy-mm-dd`, UTC), in one of `LIST_PARTITIONS`: a `listKey`, like none of the lists'. */
export function decisionsKey(tenant: Tenant, day: string, partition: number): string {
  return `${scope(tenant)}#DECISIONS#${day}#${partition}`;
}

/** The row of an event of a session; they sort as they happened. */
export function sessionEventKey(
  tenant: Tenant,
  sessionId: string,
  { revision, type }: { revision: number; type: string },
) {
  return { pk: sessionKey(tenant, sessionId).pk, sk: `EVENT#${digits(revision, 10)}#${type}` };
}

/** The row of an event of a user; they sort by time. */
export function userEventKey(tenant: Tenant, subject: string, { at, type }: { at: number; type: string }) {
  return { pk: userPartition(tenant, subject), sk: `EVENT#${new Date(at).toISOString()}#${type}` };
}

const digits = (value: number, length: number) => String(value).padStart(length, '0');

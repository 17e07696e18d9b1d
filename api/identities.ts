import { createHash, createHmac, randomBytes } from 'node:crypto';
import { base32 } from '../domain/base32.js';
import { pseudonymOf } from '../domain/pseudonym.js';
import type { Tenant } from '../domain/session.js';

/** Derives every id that stands for something of the caller's, so that the thing itself goes no further than the edge. */
export interface Identities {
  /** What AWS, ids, logs and metrics see of a user: 26 characters of base32. */
  subject(tenant: Tenant, userId: string): string;
  /** The same Idempotency-Key is the same session; without a key every request is a session of its own. */
  sessionId(tenant: Tenant, idempotencyKey: string | undefined): string;
  /** As `sessionId`, of batch jobs and of plans for them. */
  batchId(prefix: 'bj' | 'bp', tenant: Tenant, idempotencyKey: string | undefined): string;
  /** Part of ExternalImageId. */
  faceKey(sessionId: string): string;
  /**
   * The same for the same request, whatever the order of its fields. Keyed: it stands readable in histories and rows, and
   * nobody may guess a request until it fits.
   */
  fingerprint(request: unknown): string;
}

export function createIdentities(secrets: { pseudonym: Uint8Array; idempotency: Uint8Array }): Identities {
  const keyed = (secret: Uint8Array, ...parts: string[]) =>
    base32(createHmac('sha256', secret).update(JSON.stringify(parts)).digest().subarray(0, 16));
  const pseudonymHmac = (text: string) => createHmac('sha256', secrets.pseudonym).update(text).digest();
  return {
    subject: (tenant, userId) => pseudonymOf(pseudonymHmac, tenant, userId),
    sessionId: ({ account, mode }, idempotencyKey) =>
      `vs_${
        idempotencyKey === undefined
          ? base32(randomBytes(16))
          : keyed(secrets.idempotency, account, mode, idempotencyKey)
      }`,
    batchId: (prefix, { account, mode }, idempotencyKey) =>
      `${prefix}_${
        idempotencyKey === undefined
          ? base32(randomBytes(16))
          : keyed(secrets.idempotency, account, mode, prefix, idempotencyKey)
      }`,
    fingerprint: (request) =>
      createHmac('sha256', secrets.idempotency)
        .update(`fingerprint ${JSON.stringify(sorted(request))}`)
        .digest('hex'),
    faceKey: (sessionId) => base32(createHash('sha256').update(sessionId).digest().subarray(0, 10)),
  };
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, field]) => [name, sorted(field)]),
  );
}

import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { Tenant } from '../domain/session.js';

/** Derives every id that stands for something of the caller's, so that the thing itself goes no further than the edge. */
export interface Identities {
  /** What AWS, ids, logs and metrics see of a user: 26 characters of base32. */
  subject(tenant: Tenant, userId: string): string;
  /** The same Idempotency-Key is the same session; without a key every request is a session of its own. */
  sessionId(tenant: Tenant, idempotencyKey: string | undefined): string;
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
  return {
    subject: ({ account, mode }, userId) => keyed(secrets.pseudonym, account, mode, userId),
    sessionId: ({ account, mode }, idempotencyKey) =>
      `vs_${
        idempotencyKey === undefined
          ? base32(randomBytes(16))
          : keyed(secrets.idempotency, account, mode, idempotencyKey)
      }`,
    fingerprint: (request) =>
      createHmac('sha256', secrets.idempotency)
        .update(`fingerprint ${JSON.stringify(sorted(request))}`)
        .digest('hex'),
    faceKey: (sessionId) => base32(createHash('sha256').update(sessionId).digest().subarray(0, 10)),
  };
}

/** RFC 4648 section 6, lower case, no padding: 16 bytes are 26 characters. */
export function base32(bytes: Uint8Array): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
  let text = '';
  let bits = 0;
  let buffer = 0;
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(buffer >>> bits) & 31];
    }
    buffer &= (1 << bits) - 1;
  }
  return bits > 0 ? text + alphabet[(buffer << (5 - bits)) & 31] : text;
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

import { createHash } from 'node:crypto';
import type { ApiKey } from '../../configuration/api-keys.js';

/** Each run has an account of its own: nobody else's faces, rows and photos. */
export function accounts(count: number): string[] {
  return Array.from({ length: count }, (_, number) => `f${number}`);
}

/** What the runs call the API with. */
export function secretOf(account: string): string {
  return `sk_test_${account}`;
}

/** What the API knows of it. */
export function apiKeyOf(account: string): ApiKey {
  return { sha256: createHash('sha256').update(secretOf(account)).digest('hex'), account, mode: 'test' };
}

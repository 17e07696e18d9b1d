import { base32 } from './base32.js';
import type { Tenant } from './session.js';

/**
 * What AWS, ids, logs and metrics see of a user: 26 characters of base32. The same wherever it is derived, for good.
 * @param keyed HMAC-SHA256 with the key of pseudonyms
 */
export function pseudonymOf(
  keyed: (text: string) => Uint8Array,
  { account, mode }: Tenant,
  userId: string,
): string {
  return base32(keyed(JSON.stringify([account, mode, userId])).subarray(0, 16));
}

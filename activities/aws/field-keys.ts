import type { SealKey } from './dynamodb/seal.js';

/**
 * The keys that seal personal fields, newest first, from `IDV_FIELD_KEYS`: `<id>:<base64 of 32 bytes>` separated by
 * commas. Keep them apart from the keys of Temporal's payloads: who may read one need not read the other.
 * @throws Error when the variable is missing or wrong
 */
export function fieldKeys(environment: Record<string, string | undefined> = process.env): SealKey[] {
  const text = environment.IDV_FIELD_KEYS;
  if (!text) throw new Error('IDV_FIELD_KEYS is not set. Set it to <id>:<base64 of 32 random bytes>.');
  const keys = text.split(',').map((entry) => {
    const [id, base64] = entry.trim().split(':');
    const key = Buffer.from(base64 ?? '', 'base64');
    if (!id || id.length > 255 || key.length !== 32) {
      throw new Error('IDV_FIELD_KEYS must be <id>:<base64 of 32 bytes>, newest first, separated by commas.');
    }
    return { id, key: new Uint8Array(key) };
  });
  if (new Set(keys.map(({ id }) => id)).size < keys.length) {
    throw new Error('IDV_FIELD_KEYS has two keys of one id. A new key needs an id of its own.');
  }
  return keys;
}

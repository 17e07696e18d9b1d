import { createHash } from 'node:crypto';
import { base32 } from '../../domain/base32.js';

/**
 * The id of an item, and the key of its face: 26 characters, the same for the same object whichever job meets it.
 * @param etag absent where there is no such object
 * @param line of a manifest that names the object a second time, or that cannot be read
 */
export function itemIdOf(bucket: string, key: string, etag?: string, line?: number): string {
  const named = JSON.stringify([bucket, key, etag ?? '', ...(line === undefined ? [] : [line])]);
  return base32(createHash('sha256').update(named).digest().subarray(0, 16));
}

import { z } from 'zod';
import { type Environment, readEnvironment } from '../../configuration/environment.js';
import { keyList } from '../../configuration/key-list.js';
import type { SealKey } from './dynamodb/seal.js';

const schema = z.object({ IDV_FIELD_KEYS: keyList });

/**
 * The keys that seal personal fields, newest first, from `IDV_FIELD_KEYS`: `<id>:<base64 of 32 bytes>` separated by
 * commas. Keep them apart from the keys of Temporal's payloads: who may read one need not read the other.
 * @throws Error when the variable is missing or wrong
 */
export function fieldKeys(environment: Environment = process.env): SealKey[] {
  return readEnvironment(schema, environment).IDV_FIELD_KEYS;
}

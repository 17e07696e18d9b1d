import { z } from 'zod';
import { apiKeys } from '../../configuration/api-keys.js';
import { type Environment, readEnvironment } from '../../configuration/environment.js';
import type { Tenant } from '../../domain/session.js';

/** Setup may come before the first key. */
const schema = z.object({ IDV_API_KEYS: apiKeys.prefault('[]') });

/**
 * Both modes of every account that has a key, and of `default`, so that a first key finds its collections made.
 * @throws Error when `IDV_API_KEYS` is not what the API takes
 */
export function tenantsOf(environment: Environment): Tenant[] {
  const keys = readEnvironment(schema, environment).IDV_API_KEYS;
  const accounts = new Set(['default', ...keys.map(({ account }) => account)]);
  return [...accounts].flatMap((account) => [
    { account, mode: 'live' as const },
    { account, mode: 'test' as const },
  ]);
}

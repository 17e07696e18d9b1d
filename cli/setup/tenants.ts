import { z } from 'zod';
import { accountName, apiKeys } from '../../configuration/api-keys.js';
import { type Environment, readEnvironment } from '../../configuration/environment.js';
import type { Tenant } from '../../domain/session.js';

const schema = z.object({
  /** Setup may come before the first key. */
  IDV_API_KEYS: apiKeys.prefault('[]'),
  /** Accounts that have no key, and data still. */
  IDV_ACCOUNTS: z
    .string()
    .default('')
    .transform((text) => text.split(',').flatMap((name) => name.trim() || []))
    .pipe(z.array(accountName)),
});

/**
 * Both modes of every account that has a key or is named in `IDV_ACCOUNTS`, and of `default`, so that a first key finds its
 * collections made.
 * @throws Error when `IDV_API_KEYS` is not what the API takes, or an account's name is none
 */
export function tenantsOf(environment: Environment): Tenant[] {
  const { IDV_API_KEYS: keys, IDV_ACCOUNTS: named } = readEnvironment(schema, environment);
  const accounts = new Set(['default', ...keys.map(({ account }) => account), ...named]);
  return [...accounts].flatMap((account) => [
    { account, mode: 'live' as const },
    { account, mode: 'test' as const },
  ]);
}

/** The accounts of tenants, each once, for people. */
export function accountsOf(tenants: readonly Tenant[]): string {
  return [...new Set(tenants.map(({ account }) => account))].join(', ');
}

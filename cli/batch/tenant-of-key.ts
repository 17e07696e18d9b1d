import { createHash } from 'node:crypto';
import { z } from 'zod';
import { accountName, apiKeys } from '../../configuration/api-keys.js';
import { type Environment, readEnvironment } from '../../configuration/environment.js';
import type { Tenant } from '../../domain/session.js';

const schema = z.object({ IDV_API_KEY: z.string().optional(), IDV_API_KEYS: apiKeys.prefault('[]') });

/** As options name it. */
export interface TenantFlags {
  account?: string;
  mode?: string;
}

/**
 * Whose photos are imported: the account and mode of the API key that the job will be started with, unless options name them.
 * @throws Error saying what to give
 */
export function tenantOfKey({ account, mode }: TenantFlags, environment: Environment): Tenant {
  if (account !== undefined && !accountName.safeParse(account).success)
    throw new Error('--account: 1 to 32 of a-z, 0-9 and "-".');
  const { IDV_API_KEY: key, IDV_API_KEYS: keys } = readEnvironment(schema, environment);
  const sha256 = key && createHash('sha256').update(key).digest('hex');
  const own = keys.find((each) => each.sha256 === sha256);
  const tenant = { account: account ?? own?.account, mode: mode ?? own?.mode };
  if (tenant.account !== undefined && (tenant.mode === 'live' || tenant.mode === 'test'))
    return { account: tenant.account, mode: tenant.mode };
  throw new Error(
    'Whose photos are these? Give --account, and --mode live or test, of the API key that you will start the job with; or set IDV_API_KEY to it, and IDV_API_KEYS as the API has it.',
  );
}

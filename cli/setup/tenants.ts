import { z } from 'zod';
import type { Tenant } from '../../domain/session.js';

/** Of `IDV_API_KEYS`, all that setup needs to know: whose collections there are. */
const schema = z.array(z.object({ account: z.string().regex(/^[a-z0-9-]{1,32}$/) }));

/**
 * Both modes of every account that has a key, and of `default`, so that a first key finds its collections made.
 * @throws Error when `IDV_API_KEYS` is not what the API takes
 */
export function tenantsOf(environment: Record<string, string | undefined>): Tenant[] {
  const accounts = new Set(['default', ...keysOf(environment.IDV_API_KEYS).map(({ account }) => account)]);
  return [...accounts].flatMap((account) => [
    { account, mode: 'live' as const },
    { account, mode: 'test' as const },
  ]);
}

function keysOf(text: string | undefined): z.infer<typeof schema> {
  if (!text) return [];
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new Error('IDV_API_KEYS must be JSON: [{ "sha256", "account", "mode", "name" }]', { cause: error });
  }
}

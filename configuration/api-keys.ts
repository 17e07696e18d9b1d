import { z } from 'zod';
import { json } from './json.js';

/** What an account is called: it is in the names of its collections. */
export const accountName = z.string().regex(/^[a-z0-9-]{1,32}$/, 'must be 1 to 32 of a-z, 0-9 and "-"');

const apiKey = z.object({
  /** Of the key, in lower-case hex: the configuration holds no key. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  account: accountName,
  mode: z.enum(['live', 'test']),
  name: z.string().optional(),
});

/** Who may call, and for which account. */
export type ApiKey = z.infer<typeof apiKey>;

/** `IDV_API_KEYS`: `[{ "sha256", "account", "mode", "name" }]`. */
export const apiKeys = json(z.array(apiKey));

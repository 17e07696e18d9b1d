import { z } from 'zod';
import { json } from './json.js';

const apiKey = z.object({
  /** Of the key, in lower-case hex: the configuration holds no key. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  account: z.string().regex(/^[a-z0-9-]{1,32}$/),
  mode: z.enum(['live', 'test']),
  name: z.string().optional(),
});

/** Who may call, and for which account. */
export type ApiKey = z.infer<typeof apiKey>;

/** `IDV_API_KEYS`: `[{ "sha256", "account", "mode", "name" }]`. */
export const apiKeys = json(z.array(apiKey));

import { z } from 'zod';

const secret = z
  .string()
  .transform((text) => new Uint8Array(Buffer.from(text, 'base64')))
  .refine((key) => key.length >= 32, 'must be the base64 of at least 32 random bytes');

const apiKeys = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue({ code: 'custom', message: 'not valid JSON' });
      return z.NEVER;
    }
  })
  .pipe(
    z.array(
      z.object({
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
        account: z.string().regex(/^[a-z0-9-]{1,32}$/),
        mode: z.enum(['live', 'test']),
        name: z.string().optional(),
      }),
    ),
  );

const schema = z.object({
  IDV_API_PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  /** Loopback unless you say otherwise: put a TLS-terminating proxy in front. */
  IDV_API_HOST: z.string().default('127.0.0.1'),
  /** JSON: `[{ sha256, account, mode, name }]`; the hash of each key, so that the configuration holds no key. */
  IDV_API_KEYS: apiKeys,
  /** Permanent: another key makes every user a stranger. */
  IDV_PSEUDONYM_KEY: secret,
  IDV_IDEMPOTENCY_SECRET: secret,
  IDV_POLICIES: z.string().default('policies'),
  /** Buckets a caller may name in `{ "s3": … }`, separated by commas. */
  IDV_SOURCE_BUCKETS: z
    .string()
    .default('')
    .transform((text) => text.split(',').filter((name) => name !== '')),
  /** How long a request waits for its answer, unless it says otherwise in `Prefer: wait=N`. Milliseconds. */
  IDV_ANSWER_WITHIN_MS: z.coerce.number().int().min(100).max(60_000).default(10_000),
  /** Read at the edge too: where photos are written, and whether Rekognition can read them there. */
  IDV_BUCKET: z.string().default('idv-photos'),
  AWS_REGION: z.string().min(1).default('us-east-1'),
  IDV_REKOGNITION_REGION: z.string().min(1).optional(),
});

export type ApiSettings = z.infer<typeof schema>;
export type ApiKey = ApiSettings['IDV_API_KEYS'][number];

/** @throws Error naming each environment variable that is wrong, and why */
export function apiSettings(environment: Record<string, string | undefined> = process.env): ApiSettings {
  const result = schema.safeParse(environment);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`These environment variables need mending:\n${lines.join('\n')}`);
}

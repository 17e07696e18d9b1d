import { z } from 'zod';
import { apiKeys } from '../configuration/api-keys.js';
import { prices, quotas } from '../configuration/batch.js';
import { type Environment, readEnvironment } from '../configuration/environment.js';
import { places } from '../configuration/places.js';
import { secret } from '../configuration/secret.js';
import { sourceBuckets } from '../configuration/source-buckets.js';

const fields = z.object({
  IDV_API_PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  /** Loopback unless you say otherwise: put a TLS-terminating proxy in front. */
  IDV_API_HOST: z.string().default('127.0.0.1'),
  /** JSON: `[{ sha256, account, mode, name }]`; the hash of each key, so that the configuration holds no key. */
  IDV_API_KEYS: apiKeys,
  /** Permanent: another key makes every user a stranger. */
  IDV_PSEUDONYM_KEY: secret,
  IDV_IDEMPOTENCY_SECRET: secret,
  IDV_POLICIES: z.string().default('policies'),
  /** Buckets that callers may name in `{ "s3": … }` and as sources of batch jobs: `account=bucket,…`. */
  IDV_SOURCE_BUCKETS: sourceBuckets,
  /** JSON: what calls of AWS cost, for plans and cost ceilings of batch jobs. */
  IDV_PRICES: prices,
  /** JSON: Rekognition's quotas of the account, of which batch jobs leave some to people who wait. */
  IDV_REKOGNITION_QUOTAS: quotas,
  /** How long a request waits for its answer, unless it says otherwise in `Prefer: wait=N`. Milliseconds. */
  IDV_ANSWER_WITHIN_MS: z.coerce.number().int().min(100).max(60_000).default(10_000),
  /** Read at the edge too: where photos are written, and whether Rekognition can read them there. */
  ...places,
});

/** Our own bucket has the photos of all accounts: a job may read its own account's imports there, and nobody anything else. */
const schema = fields.refine(
  ({ IDV_SOURCE_BUCKETS, IDV_BUCKET }) => IDV_SOURCE_BUCKETS.every(({ bucket }) => bucket !== IDV_BUCKET),
  {
    path: ['IDV_SOURCE_BUCKETS'],
    message:
      'must not list IDV_BUCKET, which has the photos of every account: remove it; jobs read their imports there without',
  },
);

export type ApiSettings = z.infer<typeof schema>;

/** @throws Error naming each environment variable that is wrong, and why */
export function apiSettings(environment: Environment = process.env): ApiSettings {
  return readEnvironment(schema, environment);
}

import { z } from 'zod';
import { type Environment, readEnvironment } from '../../configuration/environment.js';
import { json } from '../../configuration/json.js';
import { places } from '../../configuration/places.js';

const schema = z.object({
  ...places,
  IDV_TABLE: z
    .string()
    .regex(/^[\w.-]{3,255}$/)
    .default('idv'),
  /** Id, ARN or alias of the KMS key of table and bucket. Absent: keys that AWS owns. */
  IDV_KMS_KEY: z.string().min(1).optional(),
  /** Prefix of collection ids. */
  IDV_COLLECTION_PREFIX: z
    .string()
    .regex(/^[\w.-]{1,64}$/)
    .default('idv'),
  /** JSON: the shard map. Two shards unless you say otherwise, so that nothing ever depends on there being one. */
  IDV_SHARDS: json(
    z
      .array(
        z.object({
          id: z.string().regex(/^[a-z0-9-]{1,32}$/),
          status: z.enum(['active', 'full', 'draining', 'retired']),
          labels: z.record(z.string(), z.string()).optional(),
        }),
      )
      .min(1),
  ).prefault('[{"id":"s0","status":"active"},{"id":"s1","status":"active"}]'),
  /** JSON: calls a second this process may make, by Rekognition operation. Absent: no limit of our own. */
  IDV_REKOGNITION_TPS: json(z.record(z.string(), z.number().positive())).prefault('{}'),
});

export type AwsSettings = z.infer<typeof schema>;

/**
 * Reads the settings of everything AWS from the environment; endpoints and credentials are the SDK's own variables.
 * @throws Error naming each variable that is wrong, and why
 */
export function awsSettings(environment: Environment = process.env): AwsSettings {
  return readEnvironment(schema, environment);
}

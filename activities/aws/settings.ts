import { z } from 'zod';

const schema = z.object({
  AWS_REGION: z.string().min(1).default('us-east-1'),
  /** Where faces are analysed, if not where data lives; photos are then sent as bytes (whitepaper, "batch index" 2). */
  IDV_REKOGNITION_REGION: z.string().min(1).optional(),
  IDV_TABLE: z
    .string()
    .regex(/^[\w.-]{3,255}$/)
    .default('idv'),
  IDV_BUCKET: z
    .string()
    .regex(/^[a-z0-9.-]{3,63}$/)
    .default('idv-photos'),
  /** Id, ARN or alias of the KMS key of table and bucket. Absent: keys that AWS owns. */
  IDV_KMS_KEY: z.string().min(1).optional(),
  /** Prefix of collection ids. */
  IDV_COLLECTION_PREFIX: z
    .string()
    .regex(/^[\w.-]{1,64}$/)
    .default('idv'),
  /** JSON: the shard map. Two shards unless you say otherwise, so that nothing ever depends on there being one. */
  IDV_SHARDS: z
    .string()
    .default('[{"id":"s0","status":"active"},{"id":"s1","status":"active"}]')
    .transform((text, context) => parseJson(text, context))
    .pipe(
      z
        .array(
          z.object({
            id: z.string().regex(/^[a-z0-9-]{1,32}$/),
            status: z.enum(['active', 'full', 'draining', 'retired']),
            labels: z.record(z.string(), z.string()).optional(),
          }),
        )
        .min(1),
    ),
  /** JSON: calls a second this process may make, by Rekognition operation. Absent: no limit of our own. */
  IDV_REKOGNITION_TPS: z
    .string()
    .default('{}')
    .transform((text, context) => parseJson(text, context))
    .pipe(z.record(z.string(), z.number().positive())),
});

export type AwsSettings = z.infer<typeof schema>;

/**
 * Reads the settings of everything AWS from the environment; endpoints and credentials are the SDK's own variables.
 * @throws Error naming each variable that is wrong, and why
 */
export function awsSettings(environment: Record<string, string | undefined> = process.env): AwsSettings {
  const result = schema.safeParse(environment);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`These environment variables need mending:\n${lines.join('\n')}`);
}

function parseJson(text: string, context: z.core.$RefinementCtx): unknown {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'not valid JSON' });
    return z.NEVER;
  }
}

import type { z } from 'zod';

/** Variables as a process finds them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What `schema` makes of the environment.
 * @throws Error naming each variable that is wrong, and why; values are never quoted, they may be secrets
 */
export function readEnvironment<Schema extends z.ZodType>(
  schema: Schema,
  environment: Environment,
): z.output<Schema> {
  const result = schema.safeParse(environment);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`These environment variables need mending:\n${lines.join('\n')}`);
}

import { z } from 'zod';
import { type Environment, readEnvironment } from '../configuration/environment.js';

const schema = z.object({
  /** Where `/healthz` answers, on loopback. Absent: nowhere. */
  IDV_WORKER_HEALTH_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
});

/** @throws Error naming each environment variable that is wrong, and why */
export function workerSettings(environment: Environment = process.env): z.infer<typeof schema> {
  return readEnvironment(schema, environment);
}

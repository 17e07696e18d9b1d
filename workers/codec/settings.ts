import { z } from 'zod';
import { type Environment, readEnvironment } from '../../configuration/environment.js';

const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

const schema = z
  .object({
    IDV_CODEC_PORT: z.coerce.number().int().min(1).max(65_535).default(3001),
    IDV_CODEC_HOST: z.string().min(1).default('127.0.0.1'),
    /** Where operators open Temporal UI: the only page that may ask for plain payloads. */
    IDV_CODEC_UI_ORIGIN: z.url().default('http://127.0.0.1:8233'),
    /** Who has it may read payloads. May be left out on loopback only. */
    IDV_CODEC_TOKEN: z.string().min(16).optional(),
  })
  .refine(({ IDV_CODEC_HOST, IDV_CODEC_TOKEN }) => IDV_CODEC_TOKEN || LOOPBACK.includes(IDV_CODEC_HOST), {
    path: ['IDV_CODEC_TOKEN'],
    error: `must be set where IDV_CODEC_HOST is not one of ${LOOPBACK.join(', ')}: who reaches the port reads payloads`,
  });

/** @throws Error naming each environment variable that is wrong, and why */
export function codecSettings(environment: Environment = process.env): z.infer<typeof schema> {
  return readEnvironment(schema, environment);
}

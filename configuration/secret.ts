import { z } from 'zod';

/** A secret of at least 32 bytes, as base64. */
export const secret = z
  .string()
  .transform((text) => new Uint8Array(Buffer.from(text, 'base64')))
  .refine((key) => key.length >= 32, 'must be the base64 of at least 32 random bytes');

import { z } from 'zod';

/** `GET …/events`. The cursor is where the last page ended: a revision or a time, and a type. */
export const listEventsSchema = z
  .object({
    limit: z.coerce.number().int().min(1).max(100).default(20),
    cursor: z
      .string()
      .regex(/^[\dTZ:.-]{10,30}#[a-z_.]{1,60}$/)
      .optional(),
  })
  .strict();

import { z } from 'zod';
import { reasons } from '../../domain/reasons.js';
import { statuses } from '../../domain/status.js';

/** `GET /v1/verification-sessions`. */
export const listSessionsSchema = z
  .object({
    limit: z.coerce.number().int().min(1).max(100).default(20),
    cursor: z
      .string()
      .regex(/^\d{13}#vs_[a-z2-7]{26}$/)
      .optional(),
    flow: z.enum(['registration', 'authentication', 'photo_update']).optional(),
    status: z.enum(statuses as [string, ...string[]]).optional(),
    reason: z.enum(Object.keys(reasons) as [string, ...string[]]).optional(),
    user_id: z.string().min(1).max(255).optional(),
    created_after: z.iso.datetime({ offset: true }).optional(),
  })
  .strict();

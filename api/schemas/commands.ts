import { z } from 'zod';

/** An id of whoever acts, for the record. No address: it is stored readable. */
export const operator = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,64}$/, 'must be an id of 1 to 64 of A-Z, a-z, 0-9 and "._:-"');

/** `PUT …/inputs/liveness`: what the person did is asked of Rekognition, and nothing else is taken. */
export const captureSchema = z.strictObject({
  session_id: z.string().regex(/^[\w-]{1,64}$/, 'must be the session_id that POST …/liveness gave'),
});

/** `POST …/liveness`: it takes no body, and one without fields is none. */
export const noFieldsSchema = z.strictObject({});

/** `POST …/cancel`, `POST …/resume` and `POST …/redact`. */
export const commandSchema = z.strictObject({ operator: operator.optional() });

/** `POST …/review`. */
export const reviewSchema = z
  .strictObject({
    operator,
    decision: z.enum(['approve', 'reject', 'resubmit']),
    inputs: z
      .array(z.enum(['selfie', 'reference', 'document_front', 'document_back', 'liveness']))
      .min(1)
      .optional(),
  })
  .refine(({ decision, inputs }) => inputs === undefined || decision === 'resubmit', {
    path: ['inputs'],
    message: 'goes with the decision "resubmit"',
  });

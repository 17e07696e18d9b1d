import { z } from 'zod';
import type { PairDecision } from '../../domain/batch/pair.js';

const PAIR_ID = /^[\w.:-]{1,255}~[\w.:-]{1,255}$/;

const page = {
  limit: z.coerce.number().int().min(1).max(100).default(20),
  open: z.enum(['true', 'false']).default('false'),
};

/** `GET …/duplicates`. */
export const listDuplicatesSchema = z.strictObject({
  ...page,
  cursor: z
    .string()
    .regex(/^[a-z2-7]{26}$/, 'must be the next_cursor of the page before')
    .optional(),
});

/** `GET …/duplicates/pairs`. */
export const listPairsSchema = z.strictObject({
  ...page,
  cursor: z.string().regex(PAIR_ID, 'must be the next_cursor of the page before').optional(),
});

const side = z.enum(['first', 'second']).optional();

/** `POST …/duplicates/resolve`: what is to become of a pair; of `merge` which user stays, of `remove` which face goes. */
export const resolveDuplicateSchema = z
  .strictObject({
    pair: z.string().regex(PAIR_ID, 'must be the id of a pair in GET …/duplicates'),
    resolution: z.enum(['keep', 'merge', 'remove']),
    into: side,
    face: side,
  })
  .refine(({ resolution, into }) => (resolution === 'merge') === (into !== undefined), {
    path: ['into'],
    message: 'goes with "merge", which needs it: the user that stays, first or second',
  })
  .refine(({ resolution, face }) => (resolution === 'remove') === (face !== undefined), {
    path: ['face'],
    message: 'goes with "remove", which needs it: the face that goes, first or second',
  });

export function decisionOf({
  resolution,
  into,
  face,
}: z.output<typeof resolveDuplicateSchema>): PairDecision {
  if (resolution === 'merge' && into) return { resolution, into };
  if (resolution === 'remove' && face) return { resolution, face };
  return { resolution: 'keep' };
}

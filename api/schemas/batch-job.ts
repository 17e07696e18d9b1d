import { z } from 'zod';
import { type ItemReason, itemReasons } from '../../domain/batch/item.js';
import { type BatchApi, LEAST_RATE } from '../../domain/batch/job.js';
import { batchSourceSchema } from './batch-source.js';
import { operator } from './commands.js';

/** Calls a second, 0.1 at least; null: no limit. */
const rate = z.number().min(LEAST_RATE).max(100_000).nullable().optional();

const rates = z.strictObject({
  IndexFaces: rate,
  DetectFaces: rate,
  SearchFaces: rate,
  SearchFacesByImage: rate,
  DeleteFaces: rate,
} satisfies Record<BatchApi, typeof rate>);

/** Share of the quota that is left to logins and registrations. */
const headroom = z.number().min(0).max(0.95);

const time = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day in UTC, like 08:30, from 00:00 to 23:59');

const windows = z
  .array(
    z
      .strictObject({ from: time, to: time, share: z.number().min(0).max(10) })
      .refine(({ from, to }) => from !== to, { path: ['to'], message: 'must not be the same as from' }),
  )
  .max(24);

const costCeiling = z.number().positive().max(100_000_000);

const fields = {
  source: batchSourceSchema,
  on_existing: z.enum(['skip', 'add', 'replace']).default('skip'),
  precheck: z.boolean().default(false),
  duplicates: z.boolean().optional(),
  rates: rates.optional(),
  headroom: headroom.optional(),
  rate_windows: windows.default([]),
  cost_ceiling: costCeiling.optional(),
  limit: z.number().int().min(1).max(1_000_000_000).optional(),
  policy: z.string().min(1).max(64).optional(),
};

/** `POST /v1/batch-jobs`. */
export const createBatchJobSchema = z.strictObject(fields);
export type CreateBatchJob = z.output<typeof createBatchJobSchema>;

/** `POST /v1/batch-jobs/plan`: of a job, and for how long a run the rates are asked. */
export const planBatchJobSchema = z.strictObject({
  ...fields,
  hours: z.number().positive().max(8_784).optional(),
});

const anyReason = z.enum(Object.keys(itemReasons) as [ItemReason, ...ItemReason[]]);

/** `POST …/pause`. */
export const pauseBatchSchema = z.strictObject({ operator: operator.optional() });

/** `POST …/resume`: a job that has met its cost ceiling needs a higher one. */
export const resumeBatchSchema = z.strictObject({
  operator: operator.optional(),
  cost_ceiling: costCeiling.optional(),
});

/** `POST …/rate`: what is not named stays as it is. */
export const rateBatchSchema = z
  .strictObject({
    operator: operator.optional(),
    rates: rates.optional(),
    headroom: headroom.optional(),
    rate_windows: windows.optional(),
  })
  .refine((body) => [body.rates, body.headroom, body.rate_windows].some((each) => each !== undefined), {
    path: ['rates'],
    message: 'is required, or headroom, or rate_windows',
  });
export type RateBatch = z.output<typeof rateBatchSchema>;

/** `POST …/retry`: dead letters of these reasons; of all of them where none is named. */
export const retryBatchSchema = z.strictObject({
  operator: operator.optional(),
  reasons: z.array(anyReason).max(Object.keys(itemReasons).length).default([]),
});

/** `POST …/cancel`. */
export const cancelBatchSchema = z.strictObject({
  operator: operator.optional(),
  rollback: z.boolean().default(false),
});

/** `GET /v1/batch-jobs`. */
export const pageSchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z
    .string()
    .regex(/^\d{13}#bj_[a-z2-7]{26}$/, 'must be the next_cursor of the page before')
    .optional(),
});

/** `GET …/items`; of its cursor see items-cursor.ts. */
export const listItemsSchema = z
  .strictObject({
    limit: z.coerce.number().int().min(1).max(1_000).default(20),
    cursor: z.string().max(1_024).optional(),
    status: z.enum(['indexed', 'rejected', 'skipped', 'dead_letter']).optional(),
    reason: anyReason.optional(),
  })
  .refine(({ status, reason }) => reason === undefined || (status !== undefined && status !== 'indexed'), {
    path: ['reason'],
    message: 'goes with a status that has reasons: rejected, skipped or dead_letter',
  });

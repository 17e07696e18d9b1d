import { z } from 'zod';
import { json } from './json.js';

const usd = z.number().min(0);
const operation = z.enum(['IndexFaces', 'DetectFaces', 'SearchFaces', 'SearchFacesByImage', 'DeleteFaces']);

/** The first tiers of a month first; each but the last ends. */
const tiers = z
  .array(z.strictObject({ upTo: z.number().positive().optional(), each: usd }))
  .min(1)
  .refine(
    (all) => all.every(({ upTo }, at) => (upTo === undefined) === (at === all.length - 1)),
    'every tier but the last has upTo',
  )
  .refine(
    (all) =>
      all.every(({ upTo }, at) => at === 0 || (upTo ?? Number.POSITIVE_INFINITY) > (all[at - 1]?.upTo ?? 0)),
    'upTo grows from tier to tier',
  );

/** `IDV_PRICES`: what of `Prices` (domain/batch/cost.ts) is another than there. US dollars. */
export const prices = json(
  z.strictObject({
    region: z.string().min(1).optional(),
    groups: z
      .array(z.strictObject({ apis: z.array(operation).min(1), tiers }))
      .refine((groups) => {
        const named = groups.flatMap(({ apis }) => apis);
        return new Set(named).size === named.length;
      }, 'an operation belongs to one group')
      .optional(),
    faceMonth: usd.optional(),
    s3: z.strictObject({ get: usd, list: usd }).optional(),
    tableWrites: usd.optional(),
    transferGb: usd.optional(),
  }),
).prefault('{}');

const quota = z.number().positive().nullable().optional();

/** `IDV_REKOGNITION_QUOTAS`: what AWS has granted, calls a second by operation; null: no limit. */
export const quotas = json(
  z.strictObject({
    IndexFaces: quota,
    DetectFaces: quota,
    SearchFaces: quota,
    SearchFacesByImage: quota,
    DeleteFaces: quota,
  }),
).prefault('{}');

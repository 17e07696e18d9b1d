import { batchApis, type Rates } from './job.js';
import type { BatchPlan, PlanRequest } from './plan.js';
import type { SourceSurvey } from './survey.js';

/** Something to know before a job is begun. */
export interface PlanWarning {
  code: keyof typeof warnings;
  message: string;
}

interface Planned {
  asked: PlanRequest;
  survey: SourceSurvey;
  plan: Omit<BatchPlan, 'quotaRequest' | 'warnings'>;
  /** Calls a second that the job could use. */
  wanted: Rates;
}

const FULL = 0.8;
/** A collection holds so many until AWS raises it, https://docs.aws.amazon.com/rekognition/latest/dg/limits.html */
const FACES_BY_DEFAULT = 10_000_000;
const COSTLY_ITEMS = 1_000_000;

/** Each says what is wrong, and what to do. */
const warnings = {
  empty_source: ({ survey, plan }: Planned) =>
    survey.items === 0
      ? ['The source lists nothing. Check the bucket, and the prefix or the manifest.']
      : plan.usable === 0 && plan.items > 0
        ? ['Nothing in the source can be indexed. Check the template of keys, or the columns.']
        : [],
  quota_lower: ({ asked: { quotas }, wanted }: Planned) =>
    batchApis
      .filter((api) => (quotas[api] ?? Number.POSITIVE_INFINITY) < (wanted[api] ?? 0))
      .map(
        (api) =>
          `${api}: the quota is ${quotas[api]} a second, ${wanted[api]} are asked for. Request more of AWS.`,
      ),
  never_ends: ({ asked: { spec }, plan }: Planned) =>
    plan.index.seconds === undefined && spec.windows.length > 0 && Object.keys(spec.rates).length > 0
      ? ['The rate windows rest at every hour: the job would never end.']
      : [],
  shard_missing: ({ plan }: Planned) =>
    plan.shards
      .filter(({ faces }) => faces === undefined)
      .map(
        ({ shard, collection }) => `Shard ${shard}: there is no collection ${collection}. Create it first.`,
      ),
  shard_fill: ({ plan }: Planned) =>
    plan.shards
      .filter(({ fill }) => fill > FULL)
      .map(
        ({ shard, fill }) =>
          `Shard ${shard} would be ${percent(fill)} full of 20 million faces. Add a shard before this job.`,
      ),
  shard_over_default: ({ plan }: Planned) =>
    plan.shards
      .filter(({ facesAfter, fill }) => facesAfter > FACES_BY_DEFAULT && fill <= FULL)
      .map(
        ({ shard }) =>
          `Shard ${shard} would pass 10 million faces: AWS allows more only when it was asked to.`,
      ),
  other_region: ({ survey, asked }: Planned) =>
    survey.elsewhere
      ? [
          `The photos are not in ${asked.region}: each is read there and sent, which costs transfer. A copy would not.`,
        ]
      : [],
  large_images: ({ survey: { sizes } }: Planned) =>
    sizes.over15Mb > 0
      ? [`Over 15 MB, and rejected for that: ${sized(sizes.over15Mb, sizes)}. Make them smaller.`]
      : [],
  scaled_images: ({ survey: { sizes, elsewhere } }: Planned) =>
    elsewhere && sizes.over5Mb > 0
      ? [`Over 5 MB, and scaled before they are sent, which takes CPU time: ${sized(sizes.over5Mb, sizes)}.`]
      : [],
  not_images: ({ survey: { sample } }: Planned) =>
    sample.other > 0
      ? [`${lookedAt(sample.other, sample.looked)} are neither JPEG nor PNG: they are rejected.`]
      : [],
  no_access: ({ survey: { sample } }: Planned) =>
    sample.denied
      ? [
          `${lookedAt(sample.denied, sample.looked)} may not be read. Give the worker's role s3:GetObject on them, and ` +
            's3:ListBucket on the bucket, without which S3 says so of photos that are not there too.',
        ]
      : [],
  missing_images: ({ survey: { sample } }: Planned) =>
    sample.missing > 0
      ? [
          `${lookedAt(sample.missing, sample.looked)} are not there. Check the keys, which are case-sensitive.`,
        ]
      : [],
  unusable_items: ({ survey: { unusable } }: Planned) =>
    Object.entries(unusable)
      .filter(([, count]) => count > 0)
      .map(([reason, count]) => `${many(count, 'item')} would be rejected: ${reason}.`),
  over_cost_ceiling: ({ asked: { spec }, plan }: Planned) => {
    const cost =
      plan.index.cost.rekognition + (plan.duplicates.included ? plan.duplicates.cost.rekognition : 0);
    return spec.costCeiling !== undefined && cost > spec.costCeiling
      ? [`The calls would cost $${cost.toFixed(2)}: the job pauses at its ceiling of $${spec.costCeiling}.`]
      : [];
  },
  duplicates_costly: ({ plan: { duplicates, items } }: Planned) =>
    duplicates.included && items > COSTLY_ITEMS
      ? [
          `The search for duplicates alone costs $${duplicates.cost.total.toFixed(2)}. Leave it out if it need not be.`,
        ]
      : [],
} as const;

/** What to know before the job is begun, the gravest first. */
export function planWarnings(planned: Planned): PlanWarning[] {
  return Object.entries(warnings).flatMap(([code, of]) =>
    of(planned).map((message) => ({ code: code as PlanWarning['code'], message })),
  );
}

const sized = (count: number, { looked }: SourceSurvey['sizes']) =>
  looked === undefined ? many(count, 'photo') : lookedAt(count, looked);

const lookedAt = (count: number, looked: number) => `${count} of ${looked} photos that were looked at`;

const many = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;

const percent = (share: number) => `${Math.round(share * 100)} %`;

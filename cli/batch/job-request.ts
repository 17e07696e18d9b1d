import type { RateWindow } from '../../domain/batch/job.js';
import type { TpsFlag } from './read-flag.js';
import { manifestFormatOf, parseS3Uri } from './s3-uri.js';

/** Options that say where photos are and whose. */
export interface SourceFlags {
  region?: string;
  format?: 'csv' | 'jsonl' | 'prefix';
  userId?: string;
  keyColumn?: string;
  userColumn?: string;
  photos?: string;
  photosRegion?: string;
}

/** Options that say how fast. */
export interface RateFlags {
  tps?: TpsFlag;
  headroom?: number;
  window?: readonly RateWindow[];
}

/** Options that say what a job is to do. */
export interface JobFlags extends SourceFlags, RateFlags {
  onExisting?: string;
  precheck?: boolean;
  duplicates?: boolean;
  costCeiling?: number;
  limit?: number;
  policy?: string;
}

/** Without what is undefined: the API takes no null for it. */
const given = <T extends object>(fields: T): Partial<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;

/** The body of `POST /v1/batch-jobs`, and of its plan. @throws Error naming the option to mend */
export function jobRequest(source: string, flags: JobFlags): object {
  return given({
    source: sourceRequest(source, flags),
    on_existing: flags.onExisting,
    precheck: flags.precheck,
    duplicates: flags.duplicates,
    ...rateRequest(flags),
    cost_ceiling: flags.costCeiling,
    limit: flags.limit,
    policy: flags.policy,
  });
}

/** The body of `POST …/rate`. */
export function rateRequest({ tps, headroom, window }: RateFlags): object {
  return given({ rates: tps, headroom, rate_windows: window });
}

function sourceRequest(source: string, flags: SourceFlags): object {
  const { bucket, key } = parseS3Uri(source);
  const { region, userId, keyColumn, userColumn } = flags;
  const format = flags.format ?? manifestFormatOf(key) ?? 'prefix';
  if (format === 'prefix') return prefixRequest({ bucket, region, prefix: key }, flags);
  const columns = given({ key: keyColumn, user_id: userColumn });
  return given({
    type: 'manifest',
    ...{ bucket, region, key, format, columns: Object.keys(columns).length > 0 ? columns : undefined },
    user_id: userId,
    photos: photosOf(flags),
  });
}

function prefixRequest(
  place: { bucket: string; region: string | undefined; prefix: string },
  { userId, keyColumn, userColumn, photos }: SourceFlags,
): object {
  if (keyColumn ?? userColumn ?? photos)
    throw new Error(
      '--key-column, --user-column and --photos go with a manifest: name one that ends in .csv or .jsonl, or add --format.',
    );
  if (userId === undefined)
    throw new Error(
      `Whose photo is it? Add --user-id with a template of the whole key, as in --user-id '${place.prefix}{user_id}.jpg'; * stands for what varies besides.`,
    );
  return given({ type: 'prefix', ...place, user_id: userId });
}

function photosOf({ photos, photosRegion }: SourceFlags): object | undefined {
  if (photos === undefined) {
    if (photosRegion === undefined) return undefined;
    throw new Error('--photos-region goes with --photos, the bucket of the photos.');
  }
  const { bucket, key } = parseS3Uri(photos);
  if (key !== '')
    throw new Error(`--photos is a bucket, without a path: s3://${bucket}. The manifest has whole keys.`);
  return given({ bucket, region: photosRegion });
}

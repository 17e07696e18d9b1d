import { z } from 'zod';
import { mayName, type SourceBucket } from '../../configuration/source-buckets.js';
import { awsRegions } from '../../domain/aws-regions.js';
import { parseKeyTemplate } from '../../domain/batch/key-template.js';
import type { BatchSource } from '../../domain/batch/source.js';
import { importsPrefix } from '../../domain/photo-keys.js';
import type { Tenant } from '../../domain/session.js';
import { problems } from '../problem.js';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const bucket = z
  .string()
  .regex(/^[a-z0-9.-]{3,63}$/, 'must be the name of a bucket: 3 to 63 of a-z, 0-9, "." and "-"');

const region = z
  .string()
  .refine((name) => awsRegions.has(name), 'must be a region of AWS that this version knows, like eu-west-1');

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const KEY_BYTES = 1_024;

const keyText = z
  .string()
  .refine((key) => new TextEncoder().encode(key).length <= KEY_BYTES, 'has at most 1,024 bytes of UTF-8')
  .refine((key) => !/\p{Cs}/u.test(key), 'must be well-formed Unicode');

const key = keyText.min(1, 'must not be empty');

const template = keyText.refine(
  isTemplate,
  'must be a template of keys with {user_id} in it, once, and * for what else varies: photos/{user_id}.jpg, or {user_id}/*. ' +
    'Text stands between two that vary, and no other brace is in it',
);

const column = z.string().min(1).max(255);

const prefixSource = z
  .strictObject({
    type: z.literal('prefix'),
    bucket,
    region: region.optional(),
    prefix: keyText.default(''),
    user_id: template,
  })
  .refine(({ prefix, user_id }) => mayBegin(user_id, prefix), {
    path: ['user_id'],
    message: 'must begin as the prefix does: it is a template of the whole key',
  });

const manifestSource = z
  .strictObject({
    type: z.literal('manifest'),
    bucket,
    region: region.optional(),
    key,
    format: z.enum(['csv', 'jsonl']).optional(),
    columns: z.strictObject({ key: column.default('key'), user_id: column.optional() }).prefault({}),
    user_id: template.optional(),
    photos: z.strictObject({ bucket, region: region.optional() }).optional(),
  })
  .refine(({ key: name, format }) => format ?? formatOf(name), {
    path: ['format'],
    message: 'is required where the key ends in neither .csv nor .jsonl: csv, or jsonl',
  });

/** `source` of `POST /v1/batch-jobs`. */
export const batchSourceSchema = z.discriminatedUnion('type', [prefixSource, manifestSource], {
  error: (issue) => (issue.code === 'invalid_union' ? 'must be prefix or manifest' : undefined),
});

type Source = z.output<typeof batchSourceSchema>;

/** Buckets that a job may read from. */
export interface SourceBuckets {
  /** Of the operator's list, each with the accounts that may name it. */
  listed: readonly SourceBucket[];
  /** Of the service: only what the account uploaded there to have it indexed. */
  own: string;
}

/**
 * The source as the workflow takes it.
 * @throws Problem 422 where a bucket, or that part of it, may not be read
 */
export function sourceOf(source: Source, tenant: Tenant, buckets: SourceBuckets): BatchSource {
  const place = { bucket: source.bucket, ...(source.region ? { region: source.region } : {}) };
  const imports = importsPrefix(tenant);
  if (source.type === 'prefix') {
    requireAllowed(source, '/source', tenant, buckets);
    if (source.bucket === buckets.own) requireWithin(source.prefix, '/source/prefix', imports);
    return { kind: 'prefix', ...place, prefix: source.prefix, userId: source.user_id };
  }

  requireAllowed(source, '/source', tenant, buckets);
  if (source.bucket === buckets.own) requireWithin(source.key, '/source/key', imports);
  if (source.photos) requireAllowed(source.photos, '/source/photos', tenant, buckets);
  const { columns, photos } = source;
  const byColumn = columns.user_id ?? (source.user_id === undefined ? 'user_id' : undefined);
  return {
    kind: 'manifest',
    ...place,
    key: source.key,
    format: source.format ?? formatOf(source.key) ?? 'csv',
    columns: { key: columns.key, ...(byColumn ? { userId: byColumn } : {}) },
    ...(source.user_id === undefined ? {} : { userId: source.user_id }),
    ...(photos
      ? { photos: { bucket: photos.bucket, ...(photos.region ? { region: photos.region } : {}) } }
      : {}),
    ...((photos ?? source).bucket === buckets.own ? { within: imports } : {}),
  };
}

function requireAllowed(
  { bucket: name }: { bucket: string },
  pointer: string,
  tenant: Tenant,
  buckets: SourceBuckets,
): void {
  if (name === buckets.own || mayName(buckets.listed, tenant, name)) return;
  throw problems.sourceBucketNotAllowed(`${pointer}/bucket`);
}

function requireWithin(name: string, pointer: string, prefix: string): void {
  if (name.startsWith(prefix)) return;
  throw problems.invalid([
    { pointer, message: `must begin with ${prefix}, where photos to be indexed are uploaded in this bucket` },
  ]);
}

function isTemplate(text: string): boolean {
  try {
    parseKeyTemplate(text);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function formatOf(name: string): 'csv' | 'jsonl' | undefined {
  if (/\.csv$/i.test(name)) return 'csv';
  return /\.(jsonl|ndjson)$/i.test(name) ? 'jsonl' : undefined;
}

/** Whether a key under the prefix can fit: what stands before the first placeholder says it. */
function mayBegin(text: string, prefix: string): boolean {
  const [literal = ''] = text.split(/[{*]/, 1);
  return literal.startsWith(prefix) || prefix.startsWith(literal);
}

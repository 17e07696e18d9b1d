import { uriEncode } from '../sigv4/canonical.js';
import { s3Error } from './errors.js';
import { objectKey, type StoredVersion } from './metadata.js';
import type { S3Request } from './request.js';
import { bucketOrThrow, type Store } from './store.js';
import type { XmlValue } from './xml.js';

/** Sorts after every key that starts with the same text. */
export const LAST = '\u{10ffff}';

/** What one answer of a list holds. */
export interface Page<T> {
  entries: { key: string; value: T }[];
  prefixes: string[];
  truncated: boolean;
}

/** What a list was asked for. */
export interface ListOptions {
  prefix: string;
  delimiter: string;
  max: number;
  encode: (text: string) => string;
}

/** Throws NoSuchBucket or InvalidArgument. */
export async function listOptions(store: Store, request: S3Request): Promise<ListOptions> {
  await bucketOrThrow(store, request.bucket);
  const { query } = request;
  const max = Number(query.get('max-keys') ?? 1000);
  if (!Number.isInteger(max) || max < 0) {
    throw s3Error('InvalidArgument', 'max-keys must be a number from 0 to 1000.');
  }
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    max: Math.min(max, 1000),
    encode: query.get('encoding-type') === 'url' ? encodeKey : (text) => text,
  };
}

/** S3 leaves slashes in URL-encoded listings as they are. */
function encodeKey(key: string): string {
  return uriEncode(key).replaceAll('%2F', '/');
}

/** The elements that every list begins with. */
export function common(
  request: S3Request,
  options: ListOptions,
  page: Page<unknown>,
): Record<string, XmlValue> {
  return {
    Name: request.bucket,
    Prefix: options.encode(options.prefix),
    Delimiter: options.delimiter === '' ? undefined : options.encode(options.delimiter),
    MaxKeys: options.max,
    EncodingType: request.query.get('encoding-type'),
    IsTruncated: page.truncated,
  };
}

/** An object with content, as lists show it. */
export function objectEntry(
  key: string,
  version: StoredVersion,
  options: ListOptions,
): Record<string, XmlValue> {
  const algorithms = Object.keys(version.checksums.values).map((name) => name.toUpperCase());
  return {
    Key: options.encode(key),
    LastModified: new Date(version.modifiedAt).toISOString(),
    ETag: `"${version.etag}"`,
    ChecksumAlgorithm: algorithms,
    Size: version.size,
    StorageClass: 'STANDARD',
  };
}

/** The last key or common prefix of a page: where the next one goes on. */
export function lastOf(page: Page<unknown>): string {
  return laterOf(page.entries.at(-1)?.key ?? '', page.prefixes.at(-1) ?? '');
}

/** A page that ended with a common prefix goes on behind everything below it. */
export function isRolledUp(after: string, { prefix, delimiter }: ListOptions): boolean {
  return (
    delimiter !== '' && after.length > prefix.length && after.startsWith(prefix) && after.endsWith(delimiter)
  );
}

/** Fills a page from the database key `from` on: keys under the prefix, those with a further delimiter rolled up. */
export async function collect<T>(
  bucket: string,
  options: ListOptions,
  from: string,
  entriesFrom: (gte: string) => AsyncIterable<{ key: string; value: T }>,
): Promise<Page<T>> {
  const { prefix, delimiter, max } = options;
  const page: Page<T> = { entries: [], prefixes: [], truncated: false };
  const first = objectKey(bucket, prefix);
  let next: string | undefined = max === 0 ? undefined : laterOf(from, first);
  while (next !== undefined) {
    const start: string = next;
    next = undefined;
    for await (const { key, value } of entriesFrom(start)) {
      if (!key.startsWith(prefix)) break;
      const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
      if (page.entries.length + page.prefixes.length >= max) {
        page.truncated = true;
        break;
      }
      if (cut < 0) {
        page.entries.push({ key, value });
        continue;
      }
      const common = key.slice(0, cut + delimiter.length);
      page.prefixes.push(common);
      next = objectKey(bucket, common + LAST);
      break;
    }
  }
  return page;
}

/** In UTF-8 order, which is not the order of JavaScript strings. */
function laterOf(a: string, b: string): string {
  return Buffer.compare(Buffer.from(a), Buffer.from(b)) > 0 ? a : b;
}

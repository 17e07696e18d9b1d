import { uriEncode } from '../../sigv4/canonical.js';
import { s3Error } from '../errors.js';
import { keyOfVersion, objectKey, type StoredVersion, type Version } from '../metadata.js';
import type { S3Request, S3Response } from '../request.js';
import { bucketOrThrow, type Store } from '../store.js';
import { type XmlValue, xmlDocument } from '../xml.js';

/** Sorts after every key that starts with the same text. */
const LAST = '\u{10ffff}';

interface Page<T> {
  entries: { key: string; value: T }[];
  prefixes: string[];
  truncated: boolean;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export async function listObjectsV2(store: Store, request: S3Request): Promise<S3Response> {
  const options = await listOptions(store, request);
  const token = request.query.get('continuation-token');
  const startAfter = request.query.get('start-after');
  const after = token === undefined ? (startAfter ?? '') : Buffer.from(token, 'base64url').toString('utf8');
  const page = await currentPage(store, request.bucket, { ...options, after });
  return {
    status: 200,
    body: xmlDocument('ListBucketResult', {
      ...common(request, options, page),
      KeyCount: page.entries.length + page.prefixes.length,
      ContinuationToken: token,
      NextContinuationToken: page.truncated ? Buffer.from(lastOf(page)).toString('base64url') : undefined,
      StartAfter: startAfter && options.encode(startAfter),
      Contents: page.entries.map((entry) => objectEntry(entry.key, entry.value, options)),
      CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: options.encode(prefix) })),
    }),
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html, for clients of the first version. */
export async function listObjects(store: Store, request: S3Request): Promise<S3Response> {
  const options = await listOptions(store, request);
  const marker = request.query.get('marker') ?? '';
  const page = await currentPage(store, request.bucket, { ...options, after: marker });
  return {
    status: 200,
    body: xmlDocument('ListBucketResult', {
      ...common(request, options, page),
      Marker: options.encode(marker),
      NextMarker: page.truncated ? options.encode(lastOf(page)) : undefined,
      Contents: page.entries.map((entry) => objectEntry(entry.key, entry.value, options)),
      CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: options.encode(prefix) })),
    }),
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html: by key, then newest first. */
export async function listObjectVersions(store: Store, request: S3Request): Promise<S3Response> {
  const options = await listOptions(store, request);
  const { bucket, query } = request;
  const keyMarker = query.get('key-marker') ?? '';
  const idMarker = query.get('version-id-marker');
  const from = await versionStart(store, bucket, options, keyMarker, idMarker);
  const page = await collect(bucket, options, from, (start) => versionEntries(store, bucket, start));
  const seen = new Set<string>(idMarker === undefined ? [] : [keyMarker]);
  const rows = page.entries.map(({ key, value }) => {
    const isLatest = !seen.has(key);
    seen.add(key);
    return { key, value, isLatest };
  });
  const last = page.entries.at(-1);
  return {
    status: 200,
    body: xmlDocument('ListVersionsResult', {
      ...common(request, options, page),
      KeyMarker: options.encode(keyMarker),
      VersionIdMarker: idMarker ?? '',
      NextKeyMarker: page.truncated ? options.encode(lastOf(page)) : undefined,
      NextVersionIdMarker: page.truncated && last?.key === lastOf(page) ? last.value.versionId : undefined,
      Version: rows
        .filter((row) => !row.value.deleteMarker)
        .map((row) => ({
          ...objectEntry(row.key, row.value as StoredVersion, options),
          VersionId: row.value.versionId,
          IsLatest: row.isLatest,
        })),
      DeleteMarker: rows
        .filter((row) => row.value.deleteMarker)
        .map((row) => ({
          Key: options.encode(row.key),
          VersionId: row.value.versionId,
          IsLatest: row.isLatest,
          LastModified: new Date(row.value.modifiedAt).toISOString(),
        })),
      CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: options.encode(prefix) })),
    }),
  };
}

interface ListOptions {
  prefix: string;
  delimiter: string;
  max: number;
  encode: (text: string) => string;
}

async function listOptions(store: Store, request: S3Request): Promise<ListOptions> {
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

function common(request: S3Request, options: ListOptions, page: Page<unknown>): Record<string, XmlValue> {
  return {
    Name: request.bucket,
    Prefix: options.encode(options.prefix),
    Delimiter: options.delimiter === '' ? undefined : options.encode(options.delimiter),
    MaxKeys: options.max,
    EncodingType: request.query.get('encoding-type'),
    IsTruncated: page.truncated,
  };
}

function objectEntry(key: string, version: StoredVersion, options: ListOptions): Record<string, XmlValue> {
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
function lastOf(page: Page<unknown>): string {
  return laterOf(page.entries.at(-1)?.key ?? '', page.prefixes.at(-1) ?? '');
}

async function currentPage(
  store: Store,
  bucket: string,
  options: ListOptions & { after: string },
): Promise<Page<StoredVersion>> {
  const { after } = options;
  const from = after === '' ? '' : isRolledUp(after, options) ? after + LAST : `${after}\0`;
  return collect(bucket, options, objectKey(bucket, from), async function* (gte) {
    for await (const [key, value] of store.metadata.current.iterator({ gte, lt: `${bucket}\x01` })) {
      yield { key: key.slice(bucket.length + 1), value };
    }
  });
}

/** A page that ended with a common prefix goes on behind everything below it. */
function isRolledUp(after: string, { prefix, delimiter }: ListOptions): boolean {
  return (
    delimiter !== '' && after.length > prefix.length && after.startsWith(prefix) && after.endsWith(delimiter)
  );
}

async function versionStart(
  store: Store,
  bucket: string,
  options: ListOptions,
  keyMarker: string,
  idMarker: string | undefined,
): Promise<string> {
  if (keyMarker === '') return objectKey(bucket, '');
  if (isRolledUp(keyMarker, options)) return objectKey(bucket, keyMarker + LAST);
  const versions = `${objectKey(bucket, keyMarker)}\0`;
  if (idMarker === undefined) return `${versions}g`; // behind all versions of that key, which go on with hex digits
  for await (const { key, at, value } of versionEntries(store, bucket, versions)) {
    if (key !== keyMarker) break;
    if (value.versionId === idMarker) return `${at}\0`;
  }
  throw s3Error('InvalidArgument', 'Invalid version id specified');
}

async function* versionEntries(
  store: Store,
  bucket: string,
  gte: string,
): AsyncGenerator<{ key: string; at: string; value: Version }> {
  for await (const [at, value] of store.metadata.versions.iterator({ gte, lt: `${bucket}\x01` })) {
    yield { key: keyOfVersion(bucket, at), at, value };
  }
}

/** Fills a page from the database key `from` on: keys under the prefix, those with a further delimiter rolled up. */
async function collect<T>(
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

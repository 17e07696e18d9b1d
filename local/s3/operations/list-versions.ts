import { s3Error } from '../errors.js';
import {
  collect,
  common,
  isRolledUp,
  LAST,
  type ListOptions,
  lastOf,
  listOptions,
  objectEntry,
} from '../list-page.js';
import { keyOfVersion, objectKey, type StoredVersion, type Version } from '../metadata.js';
import type { S3Request, S3Response } from '../request.js';
import type { Store } from '../store.js';
import { xmlDocument } from '../xml.js';

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

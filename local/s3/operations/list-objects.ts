import {
  collect,
  common,
  isRolledUp,
  LAST,
  type ListOptions,
  lastOf,
  listOptions,
  objectEntry,
  type Page,
} from '../list-page.js';
import { objectKey, type StoredVersion } from '../metadata.js';
import type { S3Request, S3Response } from '../request.js';
import type { Store } from '../store.js';
import { xmlDocument } from '../xml.js';

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

import { s3Error } from '../errors.js';
import { type Bucket, objectKey, uploadKey } from '../metadata.js';
import { decodePayload } from '../payload.js';
import type { S3Request, S3Response } from '../request.js';
import { bucketOrThrow, type Store } from '../store.js';
import { childText, parseXml, xmlDocument } from '../xml.js';

/** The region of a bucket that was created without a LocationConstraint. */
const DEFAULT_REGION = 'us-east-1';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html, all at once. */
export async function listBuckets(store: Store): Promise<S3Response> {
  const buckets = await store.metadata.buckets.values().all();
  const body = xmlDocument('ListAllMyBucketsResult', {
    Owner: { ID: 'idv-twin' },
    Buckets: {
      Bucket: buckets.map(({ name, createdAt, region }) => ({
        Name: name,
        CreationDate: new Date(createdAt).toISOString(),
        BucketRegion: region,
      })),
    },
  });
  return { status: 200, body };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html */
export async function createBucket(store: Store, request: S3Request): Promise<S3Response> {
  const { bucket: name } = request;
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) throw s3Error('InvalidBucketName');
  if (request.headers['x-amz-bucket-object-lock-enabled'] === 'true') {
    throw s3Error('NotImplemented', 'The twin does not implement Object Lock.');
  }
  const { data } = decodePayload(request);
  const configuration = data.length > 0 ? parseXml(data, 'CreateBucketConfiguration') : {};
  const region = childText(configuration, 'LocationConstraint') ?? DEFAULT_REGION;
  return changeBucket(store, name, async () => {
    if (await store.metadata.buckets.get(name)) throw s3Error('BucketAlreadyOwnedByYou');
    await store.metadata.buckets.put(name, { name, createdAt: Date.now(), region, configuration: {} });
    return { status: 200, headers: { location: `/${name}` } };
  });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html */
export async function headBucket(store: Store, request: S3Request): Promise<S3Response> {
  const { region } = await bucketOrThrow(store, request.bucket);
  return { status: 200, headers: { 'x-amz-bucket-region': region } };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html: empty for us-east-1. */
export async function getBucketLocation(store: Store, request: S3Request): Promise<S3Response> {
  const { region } = await bucketOrThrow(store, request.bucket);
  const namespace = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
  const location = region === DEFAULT_REGION ? '' : region;
  return {
    status: 200,
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint ${namespace}>${location}</LocationConstraint>`,
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html: only when no version of anything is left. */
export async function deleteBucket(store: Store, request: S3Request): Promise<S3Response> {
  const { bucket: name } = request;
  return changeBucket(store, name, async () => {
    await bucketOrThrow(store, name);
    const range = { gte: objectKey(name, ''), lt: `${name}\x01`, limit: 1 };
    const uploads = { gte: uploadKey(name, ''), lt: `${name}\x01`, limit: 1 };
    const left = [
      ...(await store.metadata.versions.keys(range).all()),
      ...(await store.metadata.uploads.keys(uploads).all()),
    ];
    if (left.length > 0) throw s3Error('BucketNotEmpty');
    await store.metadata.buckets.del(name);
    return { status: 204 };
  });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html */
export async function getBucketVersioning(store: Store, request: S3Request): Promise<S3Response> {
  const { versioning } = await bucketOrThrow(store, request.bucket);
  return { status: 200, body: xmlDocument('VersioningConfiguration', { Status: versioning }) };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html */
export async function putBucketVersioning(store: Store, request: S3Request): Promise<S3Response> {
  const status = childText(parseXml(decodePayload(request).data, 'VersioningConfiguration'), 'Status');
  if (status !== 'Enabled' && status !== 'Suspended') throw s3Error('MalformedXML');
  return updateBucket(store, request.bucket, (bucket) => ({ ...bucket, versioning: status }));
}

/** Changes a bucket's record under its lock. Throws NoSuchBucket. */
export async function updateBucket(
  store: Store,
  name: string,
  update: (bucket: Bucket) => Bucket,
  status = 200,
): Promise<S3Response> {
  return changeBucket(store, name, async () => {
    await store.metadata.buckets.put(name, update(await bucketOrThrow(store, name)));
    return { status };
  });
}

function changeBucket<T>(store: Store, name: string, task: () => Promise<T>): Promise<T> {
  return store.locks.hold(`bucket ${name}`, task);
}

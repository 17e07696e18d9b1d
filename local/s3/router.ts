import { s3Error } from './errors.js';
import { BUCKET_CONFIGURATIONS, bucketConfiguration } from './operations/bucket-configuration.js';
import * as buckets from './operations/buckets.js';
import { completeMultipartUpload } from './operations/complete-multipart.js';
import { copyObject } from './operations/copy-object.js';
import { listObjects, listObjectsV2 } from './operations/list-objects.js';
import { listObjectVersions } from './operations/list-versions.js';
import * as multipart from './operations/multipart.js';
import * as objects from './operations/objects.js';
import * as tagging from './operations/tagging.js';
import type { S3Request, S3Response } from './request.js';
import type { Store } from './store.js';

/** An operation by its name in the API reference, and its work. */
export interface Route {
  operation: string;
  run: (store: Store, request: S3Request) => Promise<S3Response>;
}

/** `method level query-parameter`: the first that fits is the operation. An empty parameter stands for none. */
const ROUTES: [method: string, level: 'service' | 'bucket' | 'object', parameter: string, route: Route][] = [
  ['GET', 'service', '', { operation: 'ListBuckets', run: buckets.listBuckets }],

  ['GET', 'bucket', 'location', { operation: 'GetBucketLocation', run: buckets.getBucketLocation }],
  ['GET', 'bucket', 'versioning', { operation: 'GetBucketVersioning', run: buckets.getBucketVersioning }],
  ['PUT', 'bucket', 'versioning', { operation: 'PutBucketVersioning', run: buckets.putBucketVersioning }],
  ['GET', 'bucket', 'versions', { operation: 'ListObjectVersions', run: listObjectVersions }],
  ['GET', 'bucket', 'uploads', { operation: 'ListMultipartUploads', run: multipart.listMultipartUploads }],
  ...configurationRoutes(),
  ['GET', 'bucket', 'list-type', { operation: 'ListObjectsV2', run: listObjectsV2 }],
  ['GET', 'bucket', '', { operation: 'ListObjects', run: listObjects }],
  ['PUT', 'bucket', '', { operation: 'CreateBucket', run: buckets.createBucket }],
  ['HEAD', 'bucket', '', { operation: 'HeadBucket', run: buckets.headBucket }],
  ['DELETE', 'bucket', '', { operation: 'DeleteBucket', run: buckets.deleteBucket }],
  ['POST', 'bucket', 'delete', { operation: 'DeleteObjects', run: objects.deleteObjects }],

  ['GET', 'object', 'tagging', { operation: 'GetObjectTagging', run: tagging.getObjectTagging }],
  ['PUT', 'object', 'tagging', { operation: 'PutObjectTagging', run: tagging.putObjectTagging }],
  ['DELETE', 'object', 'tagging', { operation: 'DeleteObjectTagging', run: tagging.deleteObjectTagging }],
  ['POST', 'object', 'uploads', { operation: 'CreateMultipartUpload', run: multipart.createMultipartUpload }],
  ['PUT', 'object', 'uploadId', { operation: 'UploadPart', run: multipart.uploadPart }],
  ['POST', 'object', 'uploadId', { operation: 'CompleteMultipartUpload', run: completeMultipartUpload }],
  [
    'DELETE',
    'object',
    'uploadId',
    { operation: 'AbortMultipartUpload', run: multipart.abortMultipartUpload },
  ],
  ['GET', 'object', 'uploadId', { operation: 'ListParts', run: multipart.listParts }],
  ['GET', 'object', '', { operation: 'GetObject', run: objects.getObject }],
  ['HEAD', 'object', '', { operation: 'HeadObject', run: objects.headObject }],
  ['DELETE', 'object', '', { operation: 'DeleteObject', run: objects.deleteObject }],
  ['PUT', 'object', '', { operation: 'PutObject', run: objects.putObject }],
];

/** Sub-resources of S3 that the twin has not: falling through to the plain operation would do something else. */
const UNSUPPORTED = new Set(
  (
    'accelerate acl analytics attributes intelligent-tiering inventory legal-hold metrics object-lock policyStatus ' +
    'replication requestPayment restore retention select torrent website'
  ).split(' '),
);

/** The operation that a request means; one that the twin does not implement answers NotImplemented when run. */
export function route(request: S3Request): Route {
  const { method, query, headers } = request;
  const level = request.bucket === '' ? 'service' : request.key === '' ? 'bucket' : 'object';
  const unsupported = [...query.keys()].find((name) => UNSUPPORTED.has(name));
  if (unsupported !== undefined) return notImplemented(`?${unsupported}`);
  if (method === 'PUT' && level === 'object' && headers['x-amz-copy-source']) {
    if (query.has('uploadId')) return { operation: 'UploadPartCopy', run: multipart.uploadPartCopy };
    return { operation: 'CopyObject', run: copyObject };
  }
  for (const [routeMethod, routeLevel, parameter, found] of ROUTES) {
    if (method === routeMethod && level === routeLevel && (parameter === '' || query.has(parameter))) {
      const missing = parameter === '' && configurationAsked(level, query);
      return missing ? notImplemented(`${method} ?${missing}`) : found;
    }
  }
  return notImplemented(`${method} on ${level}`);
}

function notImplemented(what: string): Route {
  return {
    operation: 'NotImplemented',
    async run() {
      throw s3Error('NotImplemented', `The twin's S3 does not implement ${what}.`);
    },
  };
}

function configurationAsked(level: string, query: Map<string, string>): string | undefined {
  return level === 'bucket' ? Object.keys(BUCKET_CONFIGURATIONS).find((name) => query.has(name)) : undefined;
}

function configurationRoutes(): typeof ROUTES {
  return Object.entries(BUCKET_CONFIGURATIONS).flatMap(([name, { operation }]) => {
    const { get, put, delete: remove } = bucketConfiguration(name);
    const removal = operation === 'BucketLifecycleConfiguration' ? 'BucketLifecycle' : operation;
    return [
      ['GET', 'bucket', name, { operation: `Get${operation}`, run: get }],
      ['PUT', 'bucket', name, { operation: `Put${operation}`, run: put }],
      ['DELETE', 'bucket', name, { operation: `Delete${removal}`, run: remove }],
    ] satisfies typeof ROUTES;
  });
}

import { XMLValidator } from 'fast-xml-parser';
import { type S3ErrorCode, s3Error } from '../errors.js';
import { decodePayload } from '../payload.js';
import type { S3Request, S3Response } from '../request.js';
import { bucketOrThrow, type Store } from '../store.js';
import { xmlDocument } from '../xml.js';
import { updateBucket } from './buckets.js';

/**
 * Sub-resources of a bucket, by query name: what they are called in operation names, and the answer while none is set (an
 * error, or a default). They are kept and echoed; only `cors` and `encryption` have an effect in the twin.
 */
export const BUCKET_CONFIGURATIONS: Record<string, { operation: string; unset: S3ErrorCode | string }> = {
  cors: { operation: 'BucketCors', unset: 'NoSuchCORSConfiguration' },
  encryption: {
    operation: 'BucketEncryption',
    unset: xmlDocument('ServerSideEncryptionConfiguration', {
      Rule: { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false },
    }),
  },
  lifecycle: { operation: 'BucketLifecycleConfiguration', unset: 'NoSuchLifecycleConfiguration' },
  logging: { operation: 'BucketLogging', unset: xmlDocument('BucketLoggingStatus', {}) },
  notification: {
    operation: 'BucketNotificationConfiguration',
    unset: xmlDocument('NotificationConfiguration', {}),
  },
  ownershipControls: { operation: 'BucketOwnershipControls', unset: 'OwnershipControlsNotFoundError' },
  policy: { operation: 'BucketPolicy', unset: 'NoSuchBucketPolicy' },
  publicAccessBlock: { operation: 'PublicAccessBlock', unset: 'NoSuchPublicAccessBlockConfiguration' },
  tagging: { operation: 'BucketTagging', unset: 'NoSuchTagSet' },
};

/** Get, Put and Delete of one sub-resource, e.g. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html. */
export function bucketConfiguration(name: string) {
  return {
    async get(store: Store, request: S3Request): Promise<S3Response> {
      const { configuration } = await bucketOrThrow(store, request.bucket);
      const body = configuration[name] ?? BUCKET_CONFIGURATIONS[name]?.unset ?? '';
      if (!body.startsWith('<') && !body.startsWith('{')) throw s3Error(body as S3ErrorCode);
      return { status: 200, body, headers: name === 'policy' ? { 'content-type': 'application/json' } : {} };
    },
    async put(store: Store, request: S3Request): Promise<S3Response> {
      const text = decodePayload(request).data.toString('utf8');
      if (name === 'policy') checkPolicy(text);
      else if (XMLValidator.validate(text) !== true) throw s3Error('MalformedXML');
      return updateBucket(store, request.bucket, (bucket) => ({
        ...bucket,
        configuration: { ...bucket.configuration, [name]: text },
      }));
    },
    async delete(store: Store, request: S3Request): Promise<S3Response> {
      const remove = ({ [name]: _, ...rest }: Record<string, string>) => rest;
      return updateBucket(
        store,
        request.bucket,
        (bucket) => ({ ...bucket, configuration: remove(bucket.configuration) }),
        204,
      );
    },
  };
}

function checkPolicy(text: string): void {
  try {
    const policy: unknown = JSON.parse(text);
    if (typeof policy === 'object' && policy !== null) return;
  } catch {
    // answered below
  }
  throw s3Error('MalformedPolicy');
}

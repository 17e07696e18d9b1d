import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { PhotoStore } from '../ports.js';
import type { S3Clients } from './clients.js';
import { type CallOptions, observed } from './observe.js';
import { errorName, toFailure } from './to-failure.js';

/** DeleteObjects takes 1,000 keys at most (S3 API reference). */
const DELETE_AT_ONCE = 1_000;

const ABSENT = ['NoSuchKey', 'NoSuchBucket'];

/**
 * Also what S3 says of a key that is not there to whoever may not list the bucket,
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
const DENIED = 'AccessDenied';

/** Photos in Amazon S3, each bucket by its region's endpoint; ours encrypts at rest by its default (`idv setup`). */
export function createPhotoStore(s3: Pick<S3Clients, 'in'>): PhotoStore {
  return {
    async put({ bucket, key, region }, body, contentType) {
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: body,
        ContentType: contentType,
      });
      await observed('s3', 'PutObject', (options) => s3.in(region).send(command, options));
    },

    async get({ bucket, key, region }, { maxBytes, foreign = false } = {}) {
      const absent = foreign ? [...ABSENT, DENIED] : ABSENT;
      const command = new GetObjectCommand({ Bucket: bucket, Key: key });
      const read = async (options: CallOptions) => {
        const output = await s3.in(region).send(command, options);
        if (maxBytes !== undefined && (output.ContentLength ?? 0) > maxBytes) {
          // Enough for the caller to see that it is too large, without reading it.
          (output.Body as { destroy?: () => void } | undefined)?.destroy?.();
          return new Uint8Array(maxBytes + 1);
        }
        return output.Body?.transformToByteArray();
      };
      try {
        return await observed('s3', 'GetObject', read, absent);
      } catch (error) {
        if (absent.includes(errorName(error))) return undefined;
        throw error;
      }
    },

    async copy(from, to) {
      const command = new CopyObjectCommand({
        Bucket: to.bucket,
        Key: to.key,
        // Labels are whose object it was; to copy them takes a permission of its own.
        TaggingDirective: 'REPLACE',
        CopySource: `${from.bucket}/${from.key.split('/').map(encodeURIComponent).join('/')}`,
      });
      await observed('s3', 'CopyObject', (options) => s3.in(to.region).send(command, options));
    },

    async remove(photos) {
      for (const [bucket, group] of groupByBucket(photos)) {
        for (let start = 0; start < group.length; start += DELETE_AT_ONCE) {
          const keys = group.slice(start, start + DELETE_AT_ONCE).map(({ key }) => ({ Key: key }));
          const command = new DeleteObjectsCommand({
            Bucket: bucket,
            Delete: { Objects: keys, Quiet: true },
          });
          const { Errors } = await observed('s3', 'DeleteObjects', (options) =>
            s3.in().send(command, options),
          );
          const [failed] = Errors ?? [];
          if (failed) throw toFailure('DeleteObjects', Object.assign(new Error(), { name: failed.Code }));
        }
      }
    },
  };
}

function groupByBucket<T extends { bucket: string }>(photos: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const photo of photos) groups.set(photo.bucket, [...(groups.get(photo.bucket) ?? []), photo]);
  return groups;
}

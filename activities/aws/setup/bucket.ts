import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  HeadBucketCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { AwsSettings } from '../settings.js';
import { errorName } from '../to-failure.js';
import { bucketArn } from './arns.js';
import { call, unless, until } from './call.js';
import type { Part } from './part.js';

/** The bucket of the photos, in the region of the settings. */
export function bucketPart(client: S3Client, settings: AwsSettings): Part {
  const { IDV_BUCKET: bucket, AWS_REGION: region } = settings;
  const head = () =>
    unless(
      ['NotFound', 'NoSuchBucket'],
      call('s3:ListBucket', bucketArn(settings), () =>
        client.send(new HeadBucketCommand({ Bucket: bucket })),
      ),
    );

  return {
    name: `bucket ${bucket}`,
    async missing() {
      const found = await head().catch((error: unknown) => {
        const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
        if ($metadata?.httpStatusCode === 301) throw elsewhere('another region', region);
        if (errorName(error) !== 'NotAllowed') throw error;
        throw new Error(`${(error as Error).message}; if it is granted, the bucket is somebody else's`);
      });
      if (!found) return 'does not exist';
      if (found.BucketRegion && found.BucketRegion !== region) throw elsewhere(found.BucketRegion, region);
      return undefined;
    },
    async make() {
      const command = new CreateBucketCommand({
        Bucket: bucket,
        // us-east-1 is where buckets are without one; naming it is an error (API reference, CreateBucket).
        ...(region === 'us-east-1'
          ? undefined
          : { CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint } }),
      });
      try {
        await call('s3:CreateBucket', bucketArn(settings), () => client.send(command));
      } catch (error) {
        if (errorName(error) === 'BucketAlreadyExists') {
          throw new Error(
            'belongs to somebody else: all of AWS shares bucket names; set IDV_BUCKET to another',
          );
        }
        if (errorName(error) !== 'BucketAlreadyOwnedByYou') throw error;
      }
      await until(`Making bucket ${bucket}`, async () => (await head()) !== undefined, 60_000);
    },
  };
}

function elsewhere(found: string, wanted: string): Error {
  return new Error(`is in ${found}, not ${wanted}: set AWS_REGION to the bucket's, or IDV_BUCKET to another`);
}

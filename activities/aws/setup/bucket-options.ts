import {
  GetBucketEncryptionCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  type PublicAccessBlockConfiguration,
  PutBucketEncryptionCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { AwsSettings } from '../settings.js';
import { errorName } from '../to-failure.js';
import { bucketArn } from './arns.js';
import { lifecyclePart } from './bucket-lifecycle.js';
import { tlsOnlyPart } from './bucket-policy.js';
import { call, unless } from './call.js';
import type { Part } from './part.js';

/**
 * How the bucket keeps photos: never public, encrypted, in versions, no longer than needed.
 * @param tlsOnly also refuse requests without TLS: where the endpoint is real AWS, for a stand-in has no TLS
 */
export function bucketOptionParts(client: S3Client, settings: AwsSettings, tlsOnly: boolean): Part[] {
  const parts = [
    publicAccess(client, settings),
    encryption(client, settings),
    versioning(client, settings),
    lifecyclePart(client, settings),
    ...(tlsOnly ? [tlsOnlyPart(client, settings)] : []),
  ];
  return parts.map((part) => ({
    ...part,
    async missing() {
      try {
        return await part.missing();
      } catch (error) {
        if (errorName(error) === 'NoSuchBucket') return 'the bucket does not exist';
        throw error;
      }
    },
  }));
}

const BLOCKED: PublicAccessBlockConfiguration = {
  BlockPublicAcls: true,
  BlockPublicPolicy: true,
  IgnorePublicAcls: true,
  RestrictPublicBuckets: true,
};

function publicAccess(client: S3Client, settings: AwsSettings): Part {
  const Bucket = settings.IDV_BUCKET;
  const arn = bucketArn(settings);
  return {
    name: `bucket ${Bucket}: no public access`,
    async missing() {
      const answer = call('s3:GetBucketPublicAccessBlock', arn, () =>
        client.send(new GetPublicAccessBlockCommand({ Bucket })),
      );
      const found = await unless(['NoSuchPublicAccessBlockConfiguration'], answer);
      const block = found?.PublicAccessBlockConfiguration;
      const open = (Object.keys(BLOCKED) as (keyof typeof BLOCKED)[]).filter((name) => !block?.[name]);
      return open.length > 0 ? `lacks ${open.join(', ')}` : undefined;
    },
    async make() {
      const command = new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: BLOCKED });
      await call('s3:PutBucketPublicAccessBlock', arn, () => client.send(command));
    },
  };
}

/** S3 encrypts with a key of its own unless told otherwise, so this is about IDV_KMS_KEY. */
function encryption(client: S3Client, settings: AwsSettings): Part {
  const { IDV_BUCKET: Bucket, IDV_KMS_KEY: kmsKey } = settings;
  const arn = bucketArn(settings);
  return {
    name: `bucket ${Bucket}: encryption`,
    async missing() {
      const answer = call('s3:GetEncryptionConfiguration', arn, () =>
        client.send(new GetBucketEncryptionCommand({ Bucket })),
      );
      const found = await unless(['ServerSideEncryptionConfigurationNotFoundError'], answer);
      const [rule] = found?.ServerSideEncryptionConfiguration?.Rules ?? [];
      const given = rule?.ApplyServerSideEncryptionByDefault;
      if (!given) return 'is off';
      return kmsKey && given.KMSMasterKeyID !== kmsKey ? 'is not with IDV_KMS_KEY' : undefined;
    },
    async make() {
      const ApplyServerSideEncryptionByDefault = kmsKey
        ? { SSEAlgorithm: 'aws:kms' as const, KMSMasterKeyID: kmsKey }
        : { SSEAlgorithm: 'AES256' as const };
      const command = new PutBucketEncryptionCommand({
        Bucket,
        // A bucket key spares a call of KMS per photo.
        ServerSideEncryptionConfiguration: {
          Rules: [{ ApplyServerSideEncryptionByDefault, BucketKeyEnabled: kmsKey !== undefined }],
        },
      });
      await call('s3:PutEncryptionConfiguration', arn, () => client.send(command));
    },
  };
}

function versioning(client: S3Client, settings: AwsSettings): Part {
  const Bucket = settings.IDV_BUCKET;
  const arn = bucketArn(settings);
  return {
    name: `bucket ${Bucket}: versions`,
    async missing() {
      const { Status } = await call('s3:GetBucketVersioning', arn, () =>
        client.send(new GetBucketVersioningCommand({ Bucket })),
      );
      return Status === 'Enabled' ? undefined : 'are off';
    },
    async make() {
      const command = new PutBucketVersioningCommand({
        Bucket,
        VersioningConfiguration: { Status: 'Enabled' },
      });
      await call('s3:PutBucketVersioning', arn, () => client.send(command));
    },
  };
}

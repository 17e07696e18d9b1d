import assert from 'node:assert/strict';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketCorsCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutBucketCorsCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { type Check, rejected } from './check.js';
import { API, GUIDE, newBucket, put, sharedBucket } from './s3-fixture.js';

export const bucketChecks: Check<S3Client>[] = [
  {
    name: 'creates, heads, lists and deletes a bucket',
    page: `${API}/API_CreateBucket.html`,
    async run(client) {
      const Bucket = await newBucket(client);
      await client.send(new HeadBucketCommand({ Bucket }));
      const listed = async () =>
        (await client.send(new ListBucketsCommand({}))).Buckets?.some(({ Name }) => Name === Bucket);
      assert.equal(await listed(), true);
      const { LocationConstraint } = await client.send(new GetBucketLocationCommand({ Bucket }));
      assert.ok(!LocationConstraint || LocationConstraint === ('us-east-1' as string));
      await client.send(new DeleteBucketCommand({ Bucket }));
      assert.equal(await listed(), false);
      await rejected(client.send(new HeadBucketCommand({ Bucket })), 'NotFound', 404);
    },
  },
  {
    name: 'answers NoSuchBucket for objects of a bucket that does not exist',
    page: `${API}/ErrorResponses.html`,
    async run(client) {
      const missing = { Bucket: 'contract-no-such-bucket', Key: 'k' };
      await rejected(client.send(new GetObjectCommand(missing)), 'NoSuchBucket', 404);
      await rejected(put(client, { ...missing, Body: 'x' }), 'NoSuchBucket', 404);
    },
  },
  {
    name: 'does not delete a bucket that holds objects',
    page: `${API}/API_DeleteBucket.html`,
    async run(client) {
      const Bucket = await newBucket(client);
      await put(client, { Bucket, Key: 'k', Body: 'x' });
      await rejected(client.send(new DeleteBucketCommand({ Bucket })), 'BucketNotEmpty', 409);
      await client.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
      await client.send(new DeleteBucketCommand({ Bucket }));
    },
  },
  {
    name: 'refuses a bucket name with capitals',
    page: `${GUIDE}/bucketnamingrules.html`,
    async run(client) {
      await rejected(
        client.send(new CreateBucketCommand({ Bucket: 'No_Such_Name' })),
        'InvalidBucketName',
        400,
      );
    },
  },
  {
    name: 'keeps the default encryption',
    page: `${API}/API_PutBucketEncryption.html`,
    async run(client) {
      const Bucket = await newBucket(client);
      const rule = {
        ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'key-1' },
      };
      await client.send(
        new PutBucketEncryptionCommand({
          Bucket,
          ServerSideEncryptionConfiguration: { Rules: [rule as never] },
        }),
      );
      const { ServerSideEncryptionConfiguration } = await client.send(
        new GetBucketEncryptionCommand({ Bucket }),
      );
      const [found] = ServerSideEncryptionConfiguration?.Rules ?? [];
      assert.deepEqual(found?.ApplyServerSideEncryptionByDefault, rule.ApplyServerSideEncryptionByDefault);
    },
  },
  {
    name: 'keeps the block of public access',
    page: `${API}/API_PutPublicAccessBlock.html`,
    async run(client) {
      const Bucket = await newBucket(client);
      const PublicAccessBlockConfiguration = {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      };
      await client.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
      const kept = await client.send(new GetPublicAccessBlockCommand({ Bucket }));
      assert.deepEqual(kept.PublicAccessBlockConfiguration, PublicAccessBlockConfiguration);
    },
  },
  {
    name: 'keeps lifecycle rules until they are deleted',
    page: `${API}/API_PutBucketLifecycleConfiguration.html`,
    async run(client) {
      const Bucket = await newBucket(client);
      const get = () => client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
      await rejected(get(), 'NoSuchLifecycleConfiguration', 404);
      await client.send(
        new PutBucketLifecycleConfigurationCommand({
          Bucket,
          LifecycleConfiguration: {
            Rules: [
              {
                ID: 'selfies',
                Status: 'Enabled',
                Filter: { Prefix: 'selfies/' },
                Expiration: { Days: 30 },
                AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
              },
            ],
          },
        }),
      );
      const [rule] = (await get()).Rules ?? [];
      assert.deepEqual([rule?.ID, rule?.Filter?.Prefix, rule?.Expiration?.Days], ['selfies', 'selfies/', 30]);
      await client.send(new DeleteBucketLifecycleCommand({ Bucket }));
      await rejected(get(), 'NoSuchLifecycleConfiguration', 404);
    },
  },
  {
    name: 'keeps CORS rules until they are deleted',
    page: `${API}/API_PutBucketCors.html`,
    async run(client) {
      const Bucket = await newBucket(client);
      const get = () => client.send(new GetBucketCorsCommand({ Bucket }));
      await rejected(get(), 'NoSuchCORSConfiguration', 404);
      const CORSRules = [{ AllowedOrigins: ['https://app.example'], AllowedMethods: ['PUT', 'POST'] }];
      await client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
      assert.deepEqual((await get()).CORSRules?.[0]?.AllowedMethods, ['PUT', 'POST']);
      await client.send(new DeleteBucketCorsCommand({ Bucket }));
      await rejected(get(), 'NoSuchCORSConfiguration', 404);
    },
  },
  {
    name: 'keeps a bucket policy until it is deleted',
    page: `${API}/API_PutBucketPolicy.html`,
    async run(client) {
      const Bucket = await newBucket(client);
      const get = () => client.send(new GetBucketPolicyCommand({ Bucket }));
      await rejected(get(), 'NoSuchBucketPolicy', 404);
      const policy = {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'TlsOnly',
            Effect: 'Deny',
            Principal: '*',
            Action: 's3:*',
            Resource: `arn:aws:s3:::${Bucket}/*`,
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      };
      await client.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(policy) }));
      assert.deepEqual(JSON.parse((await get()).Policy ?? ''), policy);
      await client.send(new DeleteBucketPolicyCommand({ Bucket }));
      await rejected(get(), 'NoSuchBucketPolicy', 404);
    },
  },
  {
    name: 'keeps ownership controls',
    page: `${API}/API_PutBucketOwnershipControls.html`,
    async run(client) {
      const Bucket = await newBucket(client);
      const Rules = [{ ObjectOwnership: 'BucketOwnerEnforced' as const }];
      await client.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules } }));
      const { OwnershipControls } = await client.send(new GetBucketOwnershipControlsCommand({ Bucket }));
      assert.deepEqual(OwnershipControls?.Rules, Rules);
    },
  },
  {
    name: 'lets nobody in without a signature',
    page: `${GUIDE}/access-control-block-public-access.html`,
    async run(client) {
      const Bucket = await sharedBucket(client);
      const endpoint = await client.config.endpoint?.();
      const anonymous = await fetch(`http://${endpoint?.hostname}:${endpoint?.port}/${Bucket}/k`);
      assert.equal(anonymous.status, 403);
      assert.match(await anonymous.text(), /<Code>AccessDenied<\/Code>/);
    },
  },
];

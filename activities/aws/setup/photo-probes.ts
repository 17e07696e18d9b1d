import { randomUUID } from 'node:crypto';
import {
  CopyObjectCommand,
  type Delete,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { facePhotoKey, INCOMING_PREFIX } from '../../../domain/photo-keys.js';
import type { AwsSettings } from '../settings.js';
import { bucketArn } from './arns.js';
import { type Probe, RESERVED } from './probe.js';

/** Some text where a photo could be; what a broken-off check leaves, the lifecycle rule removes. */
export function photoProbes(
  client: S3Client,
  settings: AwsSettings,
): { key: string; put: Probe[]; remove: Probe[] } {
  const Bucket = settings.IDV_BUCKET;
  const id = randomUUID();
  const key = `${INCOMING_PREFIX}${RESERVED}/${id}`;
  const copy = facePhotoKey({ account: RESERVED, mode: 'test' }, RESERVED, id);
  const arn = bucketArn(settings);
  const incoming = `${arn}/${INCOMING_PREFIX}*`;
  const faces = `${arn}/${copy.split('/')[0]}/*`;

  const removeAll = async (Delete: Delete) => {
    const { Errors: [failed] = [] } = await client.send(new DeleteObjectsCommand({ Bucket, Delete }));
    if (failed) throw Object.assign(new Error(failed.Message), { name: failed.Code });
  };
  const versionsOf = async (Prefix: string) => {
    const page = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix }));
    return [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].flatMap(({ Key, VersionId }) =>
      Key && VersionId ? [{ Key, VersionId }] : [],
    );
  };

  const put: Probe[] = [
    {
      action: 's3:PutObject',
      resource: incoming,
      run: () => client.send(new PutObjectCommand({ Bucket, Key: key, Body: 'no photo' })),
    },
    {
      action: 's3:GetObject',
      resource: incoming,
      run: async () => {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: key }));
        await Body?.transformToByteArray();
      },
    },
    {
      // Without it S3 says AccessDenied where NoSuchKey is meant (API reference, GetObject).
      action: 's3:ListBucket',
      resource: arn,
      run: () => client.send(new GetObjectCommand({ Bucket, Key: `${key}-absent` })),
      answers: ['NoSuchKey'],
    },
    {
      action: 's3:PutObject',
      resource: faces,
      run: () => client.send(new CopyObjectCommand({ Bucket, Key: copy, CopySource: `${Bucket}/${key}` })),
    },
  ];
  const remove: Probe[] = [
    {
      action: 's3:DeleteObject',
      resource: incoming,
      run: async () => {
        await removeAll({ Objects: [{ Key: key }, { Key: copy }], Quiet: true });
      },
    },
    {
      action: 's3:ListBucketVersions',
      resource: arn,
      run: () => versionsOf(key),
    },
    ...[key, copy].map((name) => ({
      action: 's3:DeleteObjectVersion',
      resource: `${arn}/${name.split('/')[0]}/*`,
      run: async () => {
        const there = await versionsOf(name);
        // In a bucket without versions nothing is left by now; to ask for that one is allowed or not all the same.
        const Objects = there.length > 0 ? there : [{ Key: name, VersionId: 'null' }];
        await removeAll({ Objects, Quiet: true });
      },
    })),
  ];
  return { key, put, remove };
}

import assert from 'node:assert/strict';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Twin } from '../../local/twin.js';
import type { Reply } from './caller.js';
import { ensureBucket } from './ensure-bucket.js';
import { eventually } from './eventually.js';
import type { Account } from './service.js';

const JOBS = '/v1/batch-jobs';

/** Puts photos, by key, where jobs may read them. */
export async function fillBucket(
  { endpoints, credentials }: Twin,
  Bucket: string,
  photos: Readonly<Record<string, Uint8Array>>,
): Promise<void> {
  const s3 = new S3Client({
    ...{ endpoint: endpoints.s3, credentials, region: 'us-east-1', forcePathStyle: true },
  });
  await ensureBucket(s3, Bucket);
  for (const [Key, Body] of Object.entries(photos))
    await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  s3.destroy();
}

/** Batch jobs of an account, over HTTP. */
export function batchCaller(account: () => Account) {
  const call = (method: string, path: string, body?: object, headers?: Record<string, string>) =>
    account().test(method, `${JOBS}${path}`, body, headers);
  const read = async (id: string) => (await call('GET', `/${id}`)).body;
  /** Waits until the job is so, and returns it. */
  async function once(id: string, what: string, met: (job: Reply['body']) => boolean) {
    let job: Reply['body'];
    const isMet = async () => {
      job = await read(id);
      return met(job);
    };
    await eventually(`the job ${what}`, isMet, 45_000);
    return job;
  }
  return {
    call,
    read,
    once,
    ended: (id: string) => once(id, 'ends', ({ ended_at }) => ended_at !== null),
    async start(request: object): Promise<string> {
      const { status, body } = await call('POST', '', request);
      assert.equal(status, 201, JSON.stringify(body));
      return body.id;
    },
    tell: (id: string, command: string, body?: object, headers?: Record<string, string>) =>
      call('POST', `/${id}/${command}`, body, headers),
  };
}

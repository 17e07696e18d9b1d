import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { type Check, rejected } from './check.js';
import { API, freeKey, GUIDE, put } from './s3-fixture.js';

const FIVE_MB = 5 * 1024 * 1024;

export const multipartChecks: Check<S3Client>[] = [
  {
    name: 'puts an object together from parts, in order, a part sent twice counting once',
    page: `${API}/API_CompleteMultipartUpload.html`,
    async run(client) {
      const key = await freeKey(client);
      const created = await client.send(
        new CreateMultipartUploadCommand({ ...key, ContentType: 'text/csv', Metadata: { job: '1' } }),
      );
      const upload = { ...key, UploadId: created.UploadId };
      const parts = [randomBytes(FIVE_MB), randomBytes(1000)];
      await client.send(new UploadPartCommand({ ...upload, PartNumber: 2, Body: 'replaced below' }));
      const Parts = [];
      for (const [index, Body] of parts.entries()) {
        const PartNumber = index + 1;
        const { ETag } = await client.send(new UploadPartCommand({ ...upload, PartNumber, Body }));
        Parts.push({ PartNumber, ETag });
      }
      const listed = await client.send(new ListPartsCommand(upload));
      assert.deepEqual(
        listed.Parts?.map(({ Size }) => Size),
        parts.map(({ length }) => length),
      );
      const done = await client.send(
        new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }),
      );
      const md5s = Buffer.concat(parts.map((part) => createHash('md5').update(part).digest()));
      assert.equal(done.ETag, `"${createHash('md5').update(md5s).digest('hex')}-2"`);
      const found = await client.send(new GetObjectCommand(key));
      assert.deepEqual([found.ContentType, found.Metadata], ['text/csv', { job: '1' }]);
      const content = Buffer.from((await found.Body?.transformToByteArray()) ?? []);
      assert.ok(content.equals(Buffer.concat(parts)));
      await rejected(client.send(new ListPartsCommand(upload)), 'NoSuchUpload', 404);
    },
  },
  {
    name: 'copies an object part by part',
    page: `${API}/API_UploadPartCopy.html`,
    async run(client) {
      const [from, to] = [await freeKey(client), await freeKey(client)];
      const Body = randomBytes(FIVE_MB + 1000);
      await put(client, { ...from, Body });
      const { UploadId } = await client.send(new CreateMultipartUploadCommand(to));
      const Parts = [];
      for (const CopySourceRange of [`bytes=0-${FIVE_MB - 1}`, `bytes=${FIVE_MB}-${Body.length - 1}`]) {
        const PartNumber: number = Parts.length + 1;
        const CopySource = `${from.Bucket}/${from.Key}`;
        const copy = new UploadPartCopyCommand({ ...to, UploadId, PartNumber, CopySource, CopySourceRange });
        Parts.push({ PartNumber, ETag: (await client.send(copy)).CopyPartResult?.ETag });
      }
      await client.send(new CompleteMultipartUploadCommand({ ...to, UploadId, MultipartUpload: { Parts } }));
      const found = await client.send(new GetObjectCommand(to));
      assert.ok(Buffer.from((await found.Body?.transformToByteArray()) ?? []).equals(Body));
    },
  },
  {
    name: 'computes the checksum of the whole object on request',
    page: `${GUIDE}/checking-object-integrity-upload.html`,
    async run(client) {
      const key = await freeKey(client);
      const { UploadId } = await client.send(
        new CreateMultipartUploadCommand({ ...key, ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' }),
      );
      const upload = { ...key, UploadId };
      const part = { ...upload, PartNumber: 1, ChecksumAlgorithm: 'CRC32' as const };
      const { ETag, ChecksumCRC32 } = await client.send(new UploadPartCommand({ ...part, Body: 'photo' }));
      const MultipartUpload = { Parts: [{ PartNumber: 1, ETag, ChecksumCRC32 }] };
      await client.send(
        new CompleteMultipartUploadCommand({ ...upload, MultipartUpload, ChecksumType: 'FULL_OBJECT' }),
      );
      const head = await client.send(new HeadObjectCommand({ ...key, ChecksumMode: 'ENABLED' }));
      assert.equal(head.ChecksumCRC32, ChecksumCRC32);
    },
  },
  {
    name: 'refuses parts that were not uploaded, out of order, or too small in the middle',
    page: `${API}/API_CompleteMultipartUpload.html#API_CompleteMultipartUpload_Errors`,
    async run(client) {
      const key = await freeKey(client);
      const { UploadId } = await client.send(new CreateMultipartUploadCommand(key));
      const upload = { ...key, UploadId };
      const part = async (PartNumber: number) => {
        const { ETag } = await client.send(new UploadPartCommand({ ...upload, PartNumber, Body: 'small' }));
        return { PartNumber, ETag };
      };
      const [one, two] = [await part(1), await part(2)];
      const complete = (Parts: object[]) =>
        client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
      await rejected(complete([one, { PartNumber: 3, ETag: two.ETag }]), 'InvalidPart', 400);
      await rejected(complete([two, one]), 'InvalidPartOrder', 400);
      await rejected(complete([one, two]), 'EntityTooSmall', 400);
      await rejected(client.send(new HeadObjectCommand(key)), 'NotFound', 404);
    },
  },
  {
    name: 'forgets an aborted upload',
    page: `${API}/API_AbortMultipartUpload.html`,
    async run(client) {
      const key = await freeKey(client);
      const { UploadId } = await client.send(new CreateMultipartUploadCommand(key));
      const upload = { ...key, UploadId };
      await client.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'x' }));
      const open = async () =>
        (await client.send(new ListMultipartUploadsCommand({ Bucket: key.Bucket }))).Uploads?.some(
          (each) => each.UploadId === UploadId,
        ) ?? false;
      assert.equal(await open(), true);
      await client.send(new AbortMultipartUploadCommand(upload));
      assert.equal(await open(), false);
      const late = client.send(new UploadPartCommand({ ...upload, PartNumber: 2, Body: 'x' }));
      await rejected(late, 'NoSuchUpload', 404);
    },
  },
];

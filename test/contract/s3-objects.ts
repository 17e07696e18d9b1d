import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { type Check, rejected } from './check.js';
import { API, freeKey, GUIDE, put, sharedBucket, text } from './s3-fixture.js';

const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('base64');

export const objectChecks: Check<S3Client>[] = [
  {
    name: 'keeps bytes and what is said about them',
    page: `${API}/API_PutObject.html`,
    async run(client) {
      const key = await freeKey(client);
      const Body = randomBytes(200_000);
      const { ETag } = await put(client, {
        ...key,
        Body,
        ContentType: 'image/jpeg',
        CacheControl: 'no-store',
        ContentDisposition: 'attachment; filename="a.jpg"',
        Metadata: { sha256: sha256(Body) },
      });
      assert.equal(ETag, `"${createHash('md5').update(Body).digest('hex')}"`);
      const found = await client.send(new GetObjectCommand(key));
      assert.deepEqual(Buffer.from((await found.Body?.transformToByteArray()) ?? []), Body);
      const head = await client.send(new HeadObjectCommand(key));
      for (const answer of [found, head]) {
        assert.equal(answer.ContentLength, Body.length);
        assert.equal(answer.ContentType, 'image/jpeg');
        assert.equal(answer.CacheControl, 'no-store');
        assert.equal(answer.ContentDisposition, 'attachment; filename="a.jpg"');
        assert.deepEqual(answer.Metadata, { sha256: sha256(Body) });
        assert.equal(answer.ETag, ETag);
        assert.ok(Math.abs((answer.LastModified?.getTime() ?? 0) - Date.now()) < 60_000);
      }
    },
  },
  {
    name: 'takes streams, whose framing leaves no trace',
    page: `${API}/sigv4-streaming-trailers.html`,
    async run(client) {
      const key = await freeKey(client);
      const data = randomBytes(300_000);
      const Body = Readable.from([data.subarray(0, 100_001), data.subarray(100_001)]);
      await put(client, { ...key, Body, ContentLength: data.length, ContentEncoding: 'gzip' });
      const found = await client.send(new GetObjectCommand(key));
      assert.equal(found.ContentEncoding, 'gzip');
      assert.deepEqual(Buffer.from((await found.Body?.transformToByteArray()) ?? []), data);
    },
  },
  {
    name: 'takes empty objects, buffered and streamed',
    page: `${API}/API_PutObject.html`,
    async run(client) {
      for (const Body of ['', Readable.from([])]) {
        const key = await freeKey(client);
        await put(client, { ...key, Body, ContentLength: 0 });
        assert.equal(await text(client, key), '');
      }
    },
  },
  {
    name: 'verifies and returns checksums',
    page: `${GUIDE}/checking-object-integrity.html`,
    async run(client) {
      const key = await freeKey(client);
      await put(client, { ...key, Body: 'photo', ChecksumAlgorithm: 'SHA256' });
      const head = await client.send(new HeadObjectCommand({ ...key, ChecksumMode: 'ENABLED' }));
      assert.equal(head.ChecksumSHA256, sha256(Buffer.from('photo')));
      const streamed = Readable.from([Buffer.from('photo')]);
      await put(client, { ...key, Body: streamed, ContentLength: 5, ChecksumAlgorithm: 'SHA256' });
      const wrong = { ...key, Body: 'photo' };
      await rejected(put(client, { ...wrong, ChecksumCRC32: 'AAAAAA==' }), 'BadDigest', 400);
      await rejected(put(client, { ...wrong, ChecksumSHA256: sha256(Buffer.from('x')) }), 'BadDigest', 400);
      const ContentMD5 = createHash('md5').update('other').digest('base64');
      await rejected(put(client, { ...wrong, ContentMD5 }), 'BadDigest', 400);
    },
  },
  {
    name: 'answers NoSuchKey to Get, NotFound to Head, and nothing to Delete, where there is no object',
    page: `${API}/API_GetObject.html#API_GetObject_Errors`,
    async run(client) {
      const key = await freeKey(client);
      await rejected(client.send(new GetObjectCommand(key)), 'NoSuchKey', 404);
      await rejected(client.send(new HeadObjectCommand(key)), 'NotFound', 404);
      await client.send(new DeleteObjectCommand(key));
    },
  },
  {
    name: 'gives parts of an object',
    page: `${API}/API_GetObject.html`,
    async run(client) {
      const key = await freeKey(client);
      await put(client, { ...key, Body: '0123456789' });
      const ranges = { 'bytes=2-4': '234', 'bytes=7-': '789', 'bytes=-2': '89', 'bytes=8-99': '89' };
      for (const [Range, expected] of Object.entries(ranges)) {
        const part = await client.send(new GetObjectCommand({ ...key, Range }));
        assert.equal(await part.Body?.transformToString(), expected);
        assert.match(part.ContentRange ?? '', /^bytes \d-\d\/10$/);
      }
      const behind = client.send(new GetObjectCommand({ ...key, Range: 'bytes=10-' }));
      await rejected(behind, 'InvalidRange', 416);
    },
  },
  {
    name: 'reads on conditions',
    page: `${GUIDE}/conditional-reads.html`,
    async run(client) {
      const key = await freeKey(client);
      const { ETag } = await put(client, { ...key, Body: 'x' });
      assert.equal(await text(client, { ...key, IfMatch: ETag }), 'x');
      const other = client.send(new GetObjectCommand({ ...key, IfMatch: '"other"' }));
      await rejected(other, 'PreconditionFailed', 412);
      const same = await client
        .send(new GetObjectCommand({ ...key, IfNoneMatch: ETag }))
        .catch((error) => error.$metadata.httpStatusCode);
      assert.equal(same, 304);
    },
  },
  {
    name: 'lets exactly one of 20 concurrent If-None-Match: * writes win',
    page: `${GUIDE}/conditional-writes.html`,
    async run(client) {
      const key = await freeKey(client);
      const results = await Promise.allSettled(
        Array.from({ length: 20 }, (_, racer) => put(client, { ...key, Body: `${racer}`, IfNoneMatch: '*' })),
      );
      const winner = results.findIndex((result) => result.status === 'fulfilled');
      const lost = results.filter((result) => result.status === 'rejected');
      assert.equal(lost.length, 19);
      for (const { reason } of lost) assert.equal(reason.name, 'PreconditionFailed');
      assert.equal(await text(client, key), `${winner}`);
    },
  },
  {
    name: 'overwrites only the content that If-Match names',
    page: `${GUIDE}/conditional-writes.html`,
    async run(client) {
      const key = await freeKey(client);
      await rejected(put(client, { ...key, Body: '0', IfMatch: '"any"' }), 'NoSuchKey', 404);
      const { ETag } = await put(client, { ...key, Body: '1' });
      await put(client, { ...key, Body: '2', IfMatch: ETag });
      await rejected(put(client, { ...key, Body: '3', IfMatch: ETag }), 'PreconditionFailed', 412);
      assert.equal(await text(client, key), '2');
    },
  },
  {
    name: 'echoes server-side encryption',
    page: `${GUIDE}/serv-side-encryption.html`,
    async run(client) {
      const key = await freeKey(client);
      const put1 = await put(client, { ...key, Body: 'x', ServerSideEncryption: 'AES256' });
      assert.equal(put1.ServerSideEncryption, 'AES256');
      const kms = {
        ServerSideEncryption: 'aws:kms',
        SSEKMSKeyId: 'arn:aws:kms:us-east-1:000000000000:key/a',
      };
      await put(client, { ...key, Body: 'x', ...(kms as { ServerSideEncryption: 'aws:kms' }) });
      const head = await client.send(new HeadObjectCommand(key));
      assert.equal(head.ServerSideEncryption, 'aws:kms');
    },
  },
  {
    name: 'deletes many at once, also those that are not there',
    page: `${API}/API_DeleteObjects.html`,
    async run(client) {
      const Bucket = await sharedBucket(client);
      const keys = [await freeKey(client), await freeKey(client)].map(({ Key }) => Key);
      for (const Key of keys) await put(client, { Bucket, Key, Body: 'x' });
      const Objects = [...keys, 'not-there & <odd>'].map((Key) => ({ Key }));
      const { Deleted, Errors } = await client.send(
        new DeleteObjectsCommand({ Bucket, Delete: { Objects } }),
      );
      assert.deepEqual([Deleted?.length, Errors ?? []], [3, []]);
      for (const Key of keys) {
        await rejected(client.send(new HeadObjectCommand({ Bucket, Key })), 'NotFound', 404);
      }
    },
  },
  {
    name: 'copies content, and metadata unless it is replaced',
    page: `${API}/API_CopyObject.html`,
    async run(client) {
      const from = await freeKey(client);
      const to = await freeKey(client);
      const source = { ...from, Key: `${from.Key}/ž + %` };
      await put(client, { ...source, Body: 'photo', ContentType: 'image/png', Metadata: { kind: 'selfie' } });
      const CopySource = `${source.Bucket}/${encodeURIComponent(source.Key)}`;
      await client.send(new CopyObjectCommand({ ...to, CopySource }));
      const copy = await client.send(new HeadObjectCommand(to));
      assert.deepEqual([copy.ContentType, copy.Metadata], ['image/png', { kind: 'selfie' }]);
      await client.send(
        new CopyObjectCommand({
          ...to,
          CopySource,
          MetadataDirective: 'REPLACE',
          ContentType: 'image/jpeg',
          Metadata: { kind: 'reference' },
        }),
      );
      const replaced = await client.send(new HeadObjectCommand(to));
      assert.deepEqual([replaced.ContentType, replaced.Metadata], ['image/jpeg', { kind: 'reference' }]);
      assert.equal(await text(client, to), 'photo');
      const missing = new CopyObjectCommand({ ...to, CopySource: `${source.Bucket}/no-such-key` });
      await rejected(client.send(missing), 'NoSuchKey', 404);
    },
  },
  {
    name: 'takes any key: Unicode, spaces, percent signs, double slashes, dots, and a key that is a prefix of another',
    page: `${GUIDE}/object-keys.html`,
    async run(client) {
      const { Bucket, Key: base } = await freeKey(client);
      const keys = ['p', 'p/q', 'p//q', 'p/', 'ž ů/日本 😀', 'a%2Fb', 'a b+c&d=e?f#g', 'quote\'"<>', 'P'];
      for (const key of keys) await put(client, { Bucket, Key: `${base}/${key}`, Body: key });
      for (const key of keys) assert.equal(await text(client, { Bucket, Key: `${base}/${key}` }), key);
    },
  },
  {
    name: 'takes a key of 1,024 bytes and no longer one',
    page: `${GUIDE}/object-keys.html`,
    async run(client) {
      const { Bucket, Key } = await freeKey(client);
      const long = Key.padEnd(1024, 'k');
      await put(client, { Bucket, Key: long, Body: 'long' });
      assert.equal(await text(client, { Bucket, Key: long }), 'long');
      await rejected(put(client, { Bucket, Key: `${long}k`, Body: 'longer' }), 'KeyTooLongError', 400);
    },
  },
  {
    name: 'tags an object',
    page: `${API}/API_PutObjectTagging.html`,
    async run(client) {
      const key = await freeKey(client);
      await put(client, { ...key, Body: 'x', Tagging: 'kind=selfie&hold=a%20b' });
      const tags = async () =>
        Object.fromEntries(
          (await client.send(new GetObjectTaggingCommand(key))).TagSet?.map((tag) => [tag.Key, tag.Value]) ??
            [],
        );
      assert.deepEqual(await tags(), { kind: 'selfie', hold: 'a b' });
      const TagSet = [{ Key: 'kind', Value: 'reference & more' }];
      await client.send(new PutObjectTaggingCommand({ ...key, Tagging: { TagSet } }));
      assert.deepEqual(await tags(), { kind: 'reference & more' });
      await client.send(new DeleteObjectTaggingCommand(key));
      assert.deepEqual(await tags(), {});
    },
  },
];

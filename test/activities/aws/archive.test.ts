import assert from 'node:assert/strict';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { createArchive } from '../../../activities/aws/archive.js';
import type { Archive } from '../../../activities/ports/archive.js';
import { type OnTwin, onTwin, refuse, undisturbed } from '../support/on-twin.js';

/** Each another object, also where they look alike. In the order of their UTF-8 bytes. */
const odd = [
  '\u0001 and \u001f.jpg',
  '   three spaces .jpg',
  '%20 and %2B and %.jpg',
  '+ and a + b.jpg',
  'Ab.jpg',
  'a//b/./c/../d.jpg',
  'aB.jpg',
  'e\u0301 decomposed.jpg',
  'quotes\'"&<>?#=.jpg',
  'é composed.jpg',
  '写真/\u200d.jpg',
  '\uffee after the surrogates of UTF-16.jpg',
  '🙂/👩‍👩‍👧.jpg',
].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

describe('an archive of photos', () => {
  let aws: OnTwin;
  let archive: Archive;
  const bucket = 'somebodys-archive';
  before(async () => {
    aws = await onTwin();
    archive = aws.ports.archive;
    await aws.clients.s3.send(new CreateBucketCommand({ Bucket: bucket }));
    for (const key of odd) await put(`odd/${key}`, `photo ${key}`);
  });
  afterEach(() => undisturbed(aws));

  const put = (Key: string, Body: string) =>
    aws.clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  const text = (bytes?: Uint8Array) => bytes && Buffer.from(bytes).toString();

  it('is listed in the order of bytes, whatever is in a key', async () => {
    const { objects, more } = await archive.list({ bucket }, { prefix: 'odd/', limit: 100 });
    assert.deepEqual(
      objects.map(({ key }) => key),
      odd.map((key) => `odd/${key}`),
    );
    assert.equal(more, false);
    assert.equal(objects[0]?.size, Buffer.byteLength(`photo ${odd[0]}`));
    assert.match(objects[0]?.etag ?? '', /^[0-9a-f]{32}$/);
  });

  it('is listed page by page, each after the last key of the one before', async () => {
    const seen: string[] = [];
    for (let after: string | undefined; ; after = seen.at(-1)) {
      const page = await archive.list({ bucket }, { prefix: 'odd/', limit: 2, ...(after ? { after } : {}) });
      seen.push(...page.objects.map(({ key }) => key));
      if (!page.more) break;
    }
    assert.deepEqual(
      seen,
      odd.map((key) => `odd/${key}`),
    );
    const nothing = await archive.list({ bucket }, { prefix: 'odd/', after: seen.at(-1) ?? '', limit: 5 });
    assert.deepEqual(nothing, { objects: [], more: false });
  });

  it('is read and looked at by the very keys that the list shows', async () => {
    for (const key of odd) {
      const photo = await archive.read({ bucket }, `odd/${key}`);
      assert.equal(text(photo?.bytes), `photo ${key}`);
      assert.deepEqual(await archive.head({ bucket }, `odd/${key}`), {
        key: `odd/${key}`,
        etag: photo?.etag,
        size: photo?.size,
      });
    }
  });

  it('is listed beyond what S3 answers at once', async () => {
    await Promise.all(Array.from({ length: 12 }, (_, i) => put(`many/${String(i).padStart(2, '0')}`, 'x')));
    const archiveOf = (most: number) =>
      createArchive({
        in: () => {
          const send = async (command: { input: { MaxKeys?: number } }, options: object) => {
            if (command.input.MaxKeys) command.input.MaxKeys = Math.min(most, command.input.MaxKeys);
            return aws.clients.s3.send(command as never, options);
          };
          return { send } as never;
        },
        destroy: () => undefined,
      });
    const { objects, more } = await archiveOf(5).list({ bucket }, { prefix: 'many/', limit: 11 });
    assert.deepEqual([objects.length, objects.at(-1)?.key, more], [11, 'many/10', true]);
  });

  it('is read in parts, and to the end where that comes first', async () => {
    await put('range', '0123456789');
    const part = async (from: number, to: number) => {
      const found = await archive.read({ bucket }, 'range', { from, to });
      return [text(found?.bytes), found?.size];
    };
    assert.deepEqual(await part(2, 5), ['234', 10]);
    assert.deepEqual(await part(8, 50), ['89', 10]);
    assert.deepEqual(await part(10, 50), ['', 10]);
    assert.deepEqual(await part(3, 3), ['', 10]);
    await put('empty', '');
    assert.equal((await archive.read({ bucket }, 'empty', { from: 0, to: 9 }))?.size, 0);
    assert.equal((await archive.head({ bucket }, 'empty'))?.size, 0);
  });

  it('has nothing at a key that is not there, or that may not be seen', async () => {
    assert.equal(await archive.read({ bucket }, 'nothing'), undefined);
    assert.equal(await archive.read({ bucket }, 'nothing', { from: 0, to: 5 }), undefined);
    assert.equal(await archive.head({ bucket }, 'nothing'), undefined);
    await put('range', '0123456789');
    refuse(aws, 's3', 'GetObject', 'AccessDenied');
    refuse(aws, 's3', 'HeadObject', 'AccessDenied');
    assert.equal(await archive.read({ bucket }, 'range'), undefined);
    assert.equal(await archive.head({ bucket }, 'range'), undefined);
  });

  it('tells an object that is not there from one that may not be read', async () => {
    await put('range', '0123456789');
    assert.equal(await archive.look({ bucket }, 'nothing'), 'absent');
    const found = await archive.look({ bucket }, 'range');
    assert.ok(typeof found === 'object' && found.size === 10);
    refuse(aws, 's3', 'GetObject', 'AccessDenied');
    refuse(aws, 's3', 'HeadObject', 'AccessDenied');
    assert.equal(await archive.look({ bucket }, 'range'), 'denied');
  });

  it('is for an operator where the bucket is not there, or nobody may ask', async () => {
    const gone = { bucket: 'no-such-archive' };
    const failure = { type: 'OperatorMustAct', nonRetryable: true };
    await assert.rejects(archive.list(gone, { prefix: '', limit: 1 }), failure);
    await assert.rejects(archive.read(gone, 'k'), failure);
    await assert.rejects(archive.head(gone, 'k'), failure);
    for (const operation of ['ListObjectsV2', 'HeadObject', 'GetObject'])
      refuse(aws, 's3', operation, 'ExpiredToken');
    await assert.rejects(archive.list({ bucket }, { prefix: '', limit: 1 }), failure);
    await assert.rejects(archive.read({ bucket }, 'range'), failure);
    await assert.rejects(archive.head({ bucket }, 'range'), failure);
    undisturbed(aws);
    refuse(aws, 's3', 'ListObjectsV2', 'AccessDenied');
    await assert.rejects(archive.list({ bucket }, { prefix: '', limit: 1 }), failure);
  });

  it('is slow for a while where S3 says so', async () => {
    refuse(aws, 's3', 'GetObject', 'SlowDown');
    await assert.rejects(archive.read({ bucket }, 'range'), { type: 'Throttled' });
  });
});

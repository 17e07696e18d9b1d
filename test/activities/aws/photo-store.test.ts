import assert from 'node:assert/strict';
import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { createPhotoStore } from '../../../activities/aws/photo-store.js';
import type { PhotoStore } from '../../../activities/ports.js';
import type { ImageRef } from '../../../domain/image-ref.js';
import { type OnTwin, onTwin, refuse, undisturbed } from '../support/on-twin.js';
import { refOf } from '../support/pictures.js';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('photos in S3', () => {
  let aws: OnTwin;
  let photos: PhotoStore;
  let bucket: string;
  before(async () => {
    aws = await onTwin();
    photos = aws.ports.photos;
    bucket = aws.settings.IDV_BUCKET;
  });
  afterEach(() => undisturbed(aws));

  const at = (key: string): ImageRef => refOf(bytes('x'), bucket, key);
  const read = async (photo: ImageRef, maxBytes?: number) => {
    const found = await photos.get(photo, maxBytes === undefined ? {} : { maxBytes });
    return found && Buffer.from(found).toString();
  };

  const odd = [
    'plain.jpg',
    'with space and + plus.jpg',
    'percent%20and%2Fmore',
    'quotes\'"&<>.jpg',
    'ünïcödé/写真.jpg',
    'a//b/./c/../d',
    '?query=1#fragment',
    "it's (1)!*.jpg",
  ];
  for (const key of odd) {
    it(`are put, read, copied and removed as ${key}`, async () => {
      const [from, to] = [at(`odd/${key}`), at(`copies/${key}`)];
      await photos.put(from, bytes(`photo ${key}`), 'image/jpeg');
      assert.equal(await read(from), `photo ${key}`);
      await photos.copy(from, to);
      assert.equal(await read(to), `photo ${key}`);
      await photos.remove([from]);
      assert.equal(await read(from), undefined);
      assert.equal(await read(to), `photo ${key}`);
    });
  }

  it('that are not there are undefined to read and nothing to remove', async () => {
    assert.equal(await photos.get(at('nowhere')), undefined);
    assert.equal(await photos.get({ bucket: 'no-such-bucket', key: 'k' }), undefined);
    await photos.remove([at('nowhere')]);
    await photos.remove([]);
  });

  it('larger than what is wanted are not read, but told from those that fit', async () => {
    await photos.put(at('large'), bytes('0123456789'), 'image/png');
    assert.equal((await photos.get(at('large'), { maxBytes: 9 }))?.length, 10);
    assert.equal(await read(at('large'), 10), '0123456789');
  });

  it('whose bytes break off are a failure that a retry may mend', async () => {
    const Body = { transformToByteArray: () => Promise.reject(new Error('aborted')) };
    const broken = { send: async () => ({ Body }) } as unknown as S3Client;
    await assert.rejects(createPhotoStore({ in: () => broken }).get(at('k')), {
      type: 'DependencyUnavailable',
    });
  });

  it('cannot be copied from nowhere, however often one tries', async () => {
    const failure = { type: 'OperatorMustAct', nonRetryable: true, message: /^CopyObject: NoSuchKey/ };
    await assert.rejects(photos.copy(at('nowhere'), at('somewhere')), failure);
  });

  it('are removed 1,000 to a call, from whatever bucket they are in', async () => {
    const many = Array.from({ length: 1_001 }, (_, i) => at(`many/${i}`));
    await Promise.all(many.slice(-3).map((photo) => photos.put(photo, bytes('x'), 'image/jpeg')));
    await photos.put(many[0] as ImageRef, bytes('x'), 'image/jpeg');
    aws.calls();
    await photos.remove(many);
    assert.deepEqual(aws.calls(), ['DeleteObjects', 'DeleteObjects']);
    const left = await aws.clients.s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'many/' }));
    assert.equal(left.KeyCount, 0);
    await assert.rejects(photos.remove([at('many/1'), { ...at('k'), bucket: 'no-such-bucket' }]), {
      type: 'OperatorMustAct',
    });
  });

  it('that S3 refuses to give, take or remove are failures that say what to do, and quote nothing', async () => {
    for (const [operation, work] of [
      ['PutObject', () => photos.put(at('denied'), bytes('x'), 'image/jpeg')],
      ['GetObject', () => photos.get(at('denied'))],
      ['CopyObject', () => photos.copy(at('denied'), at('other'))],
      ['DeleteObjects', () => photos.remove([at('denied')])],
    ] as const) {
      refuse(aws, 's3', operation, 'AccessDenied');
      await assert.rejects(work(), (failure: Error & { type: string; nonRetryable: boolean }) => {
        assert.deepEqual([failure.type, failure.nonRetryable], ['OperatorMustAct', true]);
        assert.match(failure.message, new RegExp(`^${operation}: AccessDenied\\. Check`));
        return !failure.message.includes('u-secret') && failure.cause === undefined;
      });
      undisturbed(aws);
      refuse(aws, 's3', operation, 'SlowDown');
      await assert.rejects(work(), { type: 'Throttled', nonRetryable: false });
      undisturbed(aws);
    }
  });
});

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { RekognitionClient } from '@aws-sdk/client-rekognition';
import sharp from 'sharp';
import { createFaceIndex } from '../../../activities/aws/face-index.js';
import type { FaceIndex } from '../../../activities/ports.js';
import { externalImageId } from '../../../domain/face-record.js';
import type { StoredImage } from '../../../domain/image-ref.js';
import { type OnTwin, onTwin, refuse, undisturbed } from '../support/on-twin.js';
import { picture, pictureOf, refOf, unreadable } from '../support/pictures.js';

const own = externalImageId('a'.repeat(26), 'b'.repeat(26));

describe('a photo from an archive', () => {
  let aws: OnTwin;
  let faces: FaceIndex;
  let collection: string;
  before(async () => {
    aws = await onTwin();
    faces = aws.ports.faces;
  });
  beforeEach(async () => {
    collection = aws.collection(await aws.tenant());
  });
  afterEach(() => undisturbed(aws));

  const indexed = async (image: StoredImage, by = faces) => {
    const { faces, unindexed, fault, fact } = await by.indexPhoto({
      collection,
      image,
      externalImageId: own,
      qualityFilter: 'HIGH',
    });
    assert.equal(fact.collection, collection);
    return { faces: faces.length, unindexed, fault };
  };
  const photo = (...people: Parameters<typeof pictureOf>[0]) => aws.store(pictureOf(people));

  it('is indexed with its one face', async () => {
    const image = await photo({ of: 'anna', similarity: 100 });
    assert.deepEqual(await indexed(image), { faces: 1, unindexed: [], fault: undefined });
    const { hits } = await faces.searchByImage({
      collection,
      image,
      maxFaces: 9,
      threshold: 90,
      qualityFilter: 'HIGH',
    });
    assert.deepEqual(
      hits?.map((hit) => hit.externalImageId),
      [own],
    );
  });

  it('shows every face that is in it, indexed or not', async () => {
    const three = ['anna', 'ben', 'cem'].map((of) => ({ of, similarity: 100 }));
    assert.deepEqual(await indexed(await photo(...three)), {
      faces: 2,
      unindexed: [['EXCEEDS_MAX_FACES']],
      fault: undefined,
    });
    const held = { of: 'anna', similarity: 100, held: true };
    assert.deepEqual(await indexed(await photo(held)), {
      faces: 0,
      unindexed: [['LOW_SHARPNESS']],
      fault: undefined,
    });
    assert.deepEqual(await indexed(await photo()), { faces: 0, unindexed: [], fault: undefined });
  });

  it('that Rekognition cannot use is a result', async () => {
    assert.equal((await indexed(await aws.store(unreadable))).fault, 'unreadable');
    assert.equal((await indexed({ bucket: aws.settings.IDV_BUCKET, key: 'gone' })).fault, 'not_found');
    refuse(aws, 'rekognition', 'IndexFaces', 'ImageTooLargeException');
    assert.equal((await indexed(await photo())).fault, 'too_large');
  });

  it('is for an operator where the collection is not there', async () => {
    const request = { image: await photo(), externalImageId: own, qualityFilter: 'HIGH' } as const;
    await assert.rejects(faces.indexPhoto({ ...request, collection: 'no-such' }), {
      type: 'OperatorMustAct',
    });
  });

  describe('in another region', () => {
    const bodies = () =>
      aws.twin.faults
        .requests()
        .filter(({ service }) => service === 'rekognition')
        .map(({ body }) => JSON.parse(body).Image);

    it('is read there and sent, and the others are not', async () => {
      const image = await photo({ of: 'anna', similarity: 100 });
      aws.calls();
      assert.equal((await indexed({ ...image, region: 'ap-south-1' })).faces, 1);
      assert.equal((await indexed({ ...image, region: aws.settings.AWS_REGION })).faces, 1);
      const [elsewhere, here] = bodies();
      assert.ok(elsewhere.Bytes && !elsewhere.S3Object && here.S3Object && !here.Bytes);
    });

    it('is referred to where Rekognition is there', async () => {
      const { photos, archive } = aws.ports;
      const there = { pace: async () => undefined, region: 'ap-south-1', home: 'us-east-1', photos, archive };
      const image = await photo({ of: 'anna', similarity: 100 });
      aws.calls();
      const index = createFaceIndex(aws.clients.rekognition, there);
      await indexed({ ...image, region: 'ap-south-1' }, index);
      await indexed(image, index);
      const [near, far] = bodies();
      assert.ok(near.S3Object && far.Bytes);
    });

    it('is made to fit where it is larger than 5 MB, and is refused where it cannot be', async () => {
      const store = async (bytes: Uint8Array) => {
        const ref = refOf(bytes, aws.settings.IDV_BUCKET);
        await aws.ports.photos.put(ref, bytes, 'image/png');
        return { ...ref, region: 'ap-south-1' };
      };
      const pixels = { width: 1_500, height: 1_200, channels: 3 } as const;
      const noise = sharp(randomBytes(pixels.width * pixels.height * 3), { raw: pixels });
      const large = await store(await noise.png({ compressionLevel: 1 }).toBuffer());
      let sent: Uint8Array = new Uint8Array();
      const send = async ({ input }: { input: { Image: { Bytes: Uint8Array } } }) => {
        sent = input.Image.Bytes;
        return { $metadata: {} };
      };
      const { photos, archive } = aws.ports;
      const region = 'us-east-1';
      const sending = { pace: async () => undefined, region, home: region, photos, archive };
      await indexed(large, createFaceIndex({ send } as unknown as RekognitionClient, sending));
      assert.ok(sent.length <= 5_000_000);
      const { format, width } = await sharp(sent).metadata();
      assert.deepEqual([format, width], ['jpeg', 1_500]);

      aws.calls();
      const text = Buffer.alloc(5_000_001, 'text ');
      assert.equal((await indexed(await store(text))).fault, 'unreadable');
      assert.equal((await indexed(await store(Buffer.alloc(15 * 1024 * 1024 + 1)))).fault, 'too_large');
      assert.equal((await indexed({ ...large, key: 'gone' })).fault, 'not_found');
      assert.deepEqual(bodies(), []);
    }).timeout(20_000);
  });
});

describe('a search by a face', () => {
  it('finds others like it in its collection, and nothing where it is not', async () => {
    const aws = await onTwin();
    const collection = aws.collection(await aws.tenant());
    const { faces } = aws.ports;
    const index = async (similarity: number, name: string) => {
      const image = await aws.store(picture('anna', { similarity }));
      const { face } = await faces.indexFace({
        collection,
        image,
        externalImageId: name,
        qualityFilter: 'HIGH',
      });
      return face?.faceId ?? '';
    };
    const faceId = await index(100, 'one');
    await index(97, 'two');
    const search = (id: string) =>
      faces.searchByFace({ collection, faceId: id, maxFaces: 10, threshold: 90 });
    const { hits, faceModelVersion, fact } = await search(faceId);
    assert.deepEqual(
      hits?.map((hit) => hit.externalImageId),
      ['two'],
    );
    assert.ok(Math.abs((hits?.[0]?.similarity ?? 0) - 97) < 0.5);
    assert.deepEqual([faceModelVersion, fact.operation, fact.hits], ['7.0', 'SearchFaces', 1]);
    const absent = await search('11111111-1111-4111-8111-111111111111');
    assert.deepEqual([absent.hits, absent.faceModelVersion], [undefined, undefined]);
  });
});

import assert from 'node:assert/strict';
import { createFaceIndex } from '../../../activities/aws/face-index.js';
import type { FaceIndex } from '../../../activities/ports.js';
import { externalImageId } from '../../../domain/face-record.js';
import type { ImageRef } from '../../../domain/image-ref.js';
import { eventually } from '../../support/eventually.js';
import { type OnTwin, onTwin, undisturbed } from '../support/on-twin.js';
import { picture, pictureOf, unreadable } from '../support/pictures.js';

const own = externalImageId('a'.repeat(26), 'b'.repeat(16));
const qualityFilter = 'HIGH';

describe('the face service', () => {
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

  const index = (image: ImageRef, id = own) =>
    faces.indexFace({ collection, image, externalImageId: id, qualityFilter });
  const search = (image: ImageRef, threshold = 90, maxFaces = 10) =>
    faces.searchByImage({ collection, image, maxFaces, threshold, qualityFilter });

  it('tells of every face in a photo what gates measure, in pixels where Rekognition has ratios', async () => {
    const image = await aws.store(picture('anna', { pose: { Yaw: 12 } }));
    const answer = await faces.detectFaces({ image });
    assert.ok('faces' in answer);
    assert.match(answer.requestId, /^[0-9a-f-]{36}$/);
    assert.deepEqual(answer.faces, [
      {
        confidence: 99.5,
        width: 400,
        height: 400,
        pose: { yaw: 12, pitch: -3, roll: 1 },
        quality: { brightness: 80, sharpness: 90.123 },
        eyesOpen: { value: true, confidence: 98 },
        sunglasses: { value: false, confidence: 99 },
        occluded: { value: false, confidence: 99 },
      },
    ]);
    const nobody = await faces.detectFaces({ image: await aws.store(pictureOf([])) });
    assert.deepEqual('faces' in nobody && nobody.faces, []);
  });

  it('says of what is no image that it is unreadable, in every operation', async () => {
    const image = await aws.store(unreadable);
    const good = await aws.store(picture('anna'));
    const faultOf = (answer: object) => ('fault' in answer ? answer.fault : undefined);
    assert.equal(faultOf(await faces.detectFaces({ image })), 'unreadable');
    assert.equal(faultOf(await index(image)), 'unreadable');
    for (const [source, target] of [
      [image, good],
      [good, image],
    ] as const)
      assert.equal(faultOf(await faces.compareFaces({ source, target, qualityFilter })), 'unreadable');
    const found = await search(image);
    assert.deepEqual([found.hits, found.faceModelVersion], [undefined, undefined]);
    assert.match(found.requestId, /^[0-9a-f-]{36}$/);
  });

  it('finds no face where there is none, or none good enough', async () => {
    for (const bytes of [pictureOf([]), picture('anna', { held: true })]) {
      const image = await aws.store(bytes);
      assert.equal((await search(image)).hits, undefined);
      assert.equal((await index(image)).face, undefined);
      const good = await aws.store(picture('anna'));
      const compared = await faces.compareFaces({ source: image, target: good, qualityFilter });
      assert.equal('fault' in compared && compared.fault, 'no_face');
    }
  });

  it('compares the largest face with the most similar one, and tells low scores too', async () => {
    const source = await aws.store(picture('anna'));
    const alike = async (bytes: Uint8Array) => {
      const target = await aws.store(bytes);
      const answer = await faces.compareFaces({ source, target, qualityFilter });
      return 'similarity' in answer ? answer.similarity : Number.NaN;
    };
    assert.equal(await alike(picture('anna')), 100);
    assert.ok(Math.abs((await alike(picture('anna', { similarity: 93 }))) - 93) < 0.5);
    assert.ok((await alike(picture('berta'))) < 5);
    const both = [
      { of: 'berta', similarity: 100 },
      { of: 'anna', similarity: 97 },
    ];
    assert.ok(Math.abs((await alike(pictureOf(both))) - 97) < 0.5);
    const heldBack = picture('anna', { held: true });
    assert.equal(await alike(heldBack), 0);
  });

  it('indexes one face, finds it again with whose it is, and removes it', async () => {
    const group = await aws.store(
      pictureOf([
        { of: 'anna', similarity: 100 },
        { of: 'berta', similarity: 100 },
      ]),
    );
    const { face } = await index(group);
    assert.deepEqual([face?.collection, face?.faceModelVersion], [collection, '7.0']);
    const { hits, faceModelVersion } = await search(await aws.store(picture('anna', { similarity: 96 })));
    assert.equal(faceModelVersion, '7.0');
    assert.deepEqual(
      hits?.map(({ faceId, externalImageId: id }) => [faceId, id]),
      [[face?.faceId, own]],
    );
    assert.ok(Math.abs((hits?.[0]?.similarity ?? 0) - 96) < 0.5);
    assert.deepEqual((await search(await aws.store(picture('berta')))).hits, []);
    await faces.deleteFaces({ collection, faceIds: [face?.faceId ?? ''] });
    await faces.deleteFaces({ collection, faceIds: [face?.faceId ?? ''] });
    assert.deepEqual((await search(group)).hits, []);
  });

  it('keeps to the threshold and to the most faces asked for, best first', async () => {
    for (const similarity of [92, 98, 95]) {
      await index(await aws.store(picture('anna', { similarity })), `${own}${similarity}`);
    }
    const anna = await aws.store(picture('anna'));
    const names = async (threshold: number, most: number) =>
      (await search(anna, threshold, most)).hits?.map(({ externalImageId: id }) => id?.slice(-2));
    assert.deepEqual(await names(90, 10), ['98', '95', '92']);
    assert.deepEqual(await names(94, 10), ['98', '95']);
    assert.deepEqual(await names(90, 1), ['98']);
  });

  it('finds a face only once it is visible', async () => {
    aws.twin.faults.update({ rekognition: { visibilityDelayMs: 150 } });
    const anna = await aws.store(picture('anna'));
    await index(anna);
    assert.deepEqual((await search(anna)).hits, []);
    await eventually('the face is visible', async () => (await search(anna)).hits?.length === 1);
  });

  it('does not call Rekognition to remove nothing', async () => {
    aws.calls();
    await faces.deleteFaces({ collection, faceIds: [] });
    assert.deepEqual(aws.calls(), []);
  });

  it('sends photos as bytes where Rekognition cannot read the bucket', async () => {
    const { photos, archive } = aws.ports;
    const options = { pace: async () => undefined, region: 'eu-west-1', home: 'us-east-1', photos, archive };
    const elsewhere = createFaceIndex(aws.clients.rekognition, options);
    const image = await aws.store(picture('anna'));
    aws.calls();
    await elsewhere.detectFaces({ image });
    await elsewhere.compareFaces({ source: image, target: image, qualityFilter });
    await elsewhere.indexFace({ collection, image, externalImageId: own, qualityFilter });
    const found = await elsewhere.searchByImage({
      collection,
      image,
      maxFaces: 1,
      threshold: 90,
      qualityFilter,
    });
    assert.equal(found.hits?.length, 1);
    const requests = aws.twin.faults.requests().filter(({ service }) => service === 'rekognition');
    assert.deepEqual(
      requests.map(({ operation }) => operation),
      ['DetectFaces', 'CompareFaces', 'IndexFaces', 'SearchFacesByImage'],
    );
    for (const { body } of requests) assert.match(body, /^(?!.*S3Object).*"Bytes"/);
    await assert.rejects(elsewhere.detectFaces({ image: { ...image, key: 'gone' } }), {
      type: 'OperatorMustAct',
    });
  });

  it('waits for its turn before every call, by operation', async () => {
    const turns: string[] = [];
    const pace = async (operation: string) => void turns.push(operation);
    const paced = createFaceIndex(aws.clients.rekognition, {
      pace,
      region: 'us-east-1',
      home: 'us-east-1',
      ...aws.ports,
    });
    const image = await aws.store(picture('anna'));
    await paced.detectFaces({ image });
    await paced.deleteFaces({ collection, faceIds: ['11111111-1111-4111-8111-111111111111'] });
    assert.deepEqual(turns, ['DetectFaces', 'DeleteFaces']);
  });
});

import assert from 'node:assert/strict';
import { externalImageId } from '../../../domain/face-record.js';
import type { CallFact } from '../../../domain/facts.js';
import type { ImageRef } from '../../../domain/image-ref.js';
import { type OnTwin, onTwin } from '../support/on-twin.js';
import { picture, pictureOf, unreadable } from '../support/pictures.js';

const qualityFilter = 'HIGH';

describe('the facts of calls to the face service', () => {
  let aws: OnTwin;
  let collection: string;
  let anna: ImageRef;
  before(async () => {
    aws = await onTwin();
    collection = aws.collection(await aws.tenant());
    anna = await aws.store(picture('anna', { pose: { Yaw: 12.3456 } }));
  });

  const known = ({ requestId, durationMs, images }: CallFact, ...of: ImageRef[]) => {
    assert.match(requestId, /^[0-9a-f-]{36}$/);
    assert.ok(Number.isInteger(durationMs) && durationMs >= 0);
    assert.deepEqual(
      images,
      of.map(({ sha256 }) => sha256),
    );
  };
  const box = [0.3, 0.25, 0.4, 0.5];
  const described = {
    box,
    confidence: 99.5,
    pose: { yaw: 12.35, pitch: -3, roll: 1 },
    quality: { brightness: 80, sharpness: 90.12 },
  };

  it('of DetectFaces: how many faces, where, how good, and what hides them', async () => {
    const { fact } = await aws.ports.faces.detectFaces({ image: anna });
    known(fact, anna);
    const likelihoods = { sunglasses: 1, occluded: 1, eyesOpen: 98 };
    assert.deepEqual(fact.details, [{ ...described, likelihoods }]);
    assert.deepEqual([fact.operation, fact.faces], ['DetectFaces', 1]);
  });

  it('of a crowd: how many, and the first few', async () => {
    const faces = Array.from({ length: 9 }, (_, at) => ({ of: `p${at}`, similarity: 100 }));
    const { fact } = await aws.ports.faces.detectFaces({ image: await aws.store(pictureOf(faces)) });
    assert.deepEqual([fact.faces, fact.details?.length], [9, 3]);
  });

  it('of CompareFaces: both photos, and how similar each face is', async () => {
    const other = await aws.store(picture('anna', { similarity: 97 }));
    const answer = await aws.ports.faces.compareFaces({ source: other, target: anna, qualityFilter });
    known(answer.fact, other, anna);
    assert.ok('similarity' in answer);
    assert.deepEqual(answer.fact.similarities, [Math.round(answer.similarity * 100) / 100]);
    assert.deepEqual(answer.fact.details?.[0]?.pose, described.pose);
  });

  it('of IndexFaces: the face, and of one that was left out why', async () => {
    const id = externalImageId('a'.repeat(26), 'b'.repeat(16));
    const index = (image: ImageRef) =>
      aws.ports.faces.indexFace({ collection, image, externalImageId: id, qualityFilter });
    const { fact } = await index(anna);
    known(fact, anna);
    assert.deepEqual([fact.collection, fact.faces, fact.unindexed], [collection, 1, undefined]);
    assert.deepEqual(fact.details?.[0]?.quality, described.quality);
    const held = await index(await aws.store(picture('berta', { held: true })));
    assert.deepEqual([held.fact.faces, held.fact.unindexed], [1, ['LOW_SHARPNESS']]);
  });

  it('of SearchFacesByImage: what was asked for, and the similarity of what was found', async () => {
    const search = (image: ImageRef) =>
      aws.ports.faces.searchByImage({ collection, image, maxFaces: 10, threshold: 90, qualityFilter });
    const { fact, hits } = await search(anna);
    known(fact, anna);
    assert.deepEqual(
      [fact.threshold, fact.hits, fact.similarities?.length],
      [90, hits?.length, hits?.length],
    );
    assert.deepEqual(fact.details, [{ box, confidence: 99.5 }]);
    const nobody = await search(await aws.store(pictureOf([])));
    assert.deepEqual([nobody.fact.fault, nobody.fact.collection], ['no_face', collection]);
    const broken = await search(await aws.store(unreadable));
    assert.equal(broken.fact.fault, 'unreadable');
  });
});

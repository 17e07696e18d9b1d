import assert from 'node:assert/strict';
import type { ApplicationFailure } from '@temporalio/common';
import type { FaceIndex } from '../../../activities/ports.js';
import type { ImageRef } from '../../../domain/image-ref.js';
import { loseAnswer, type OnTwin, onTwin, refuse, undisturbed } from '../support/on-twin.js';
import { picture } from '../support/pictures.js';

const qualityFilter = 'HIGH';
const calls: Record<string, (faces: FaceIndex, image: ImageRef, collection: string) => Promise<unknown>> = {
  DetectFaces: (faces, image) => faces.detectFaces({ image }),
  CompareFaces: (faces, image) => faces.compareFaces({ source: image, target: image, qualityFilter }),
  SearchFacesByImage: (faces, image, collection) =>
    faces.searchByImage({ collection, image, maxFaces: 1, threshold: 90, qualityFilter }),
  IndexFaces: (faces, image, collection) =>
    faces.indexFace({ collection, image, externalImageId: 'a:b', qualityFilter }),
  DeleteFaces: (faces, _image, collection) =>
    faces.deleteFaces({ collection, faceIds: ['11111111-1111-4111-8111-111111111111'] }),
};

describe('a call to Rekognition that fails', () => {
  let aws: OnTwin;
  let image: ImageRef;
  let collection: string;
  before(async () => {
    aws = await onTwin();
    collection = aws.collection(await aws.tenant());
    image = await aws.store(picture('anna'));
  });
  afterEach(() => undisturbed(aws));

  for (const [operation, call] of Object.entries(calls)) {
    const failure = () =>
      call(aws.ports.faces, image, collection).then(
        () => assert.fail('did not fail'),
        (error: ApplicationFailure) => error,
      );

    it(`is Throttled when ${operation} is above the quota, with a delay of its own`, async () => {
      aws.twin.faults.update({ rekognition: { operations: { [operation]: { quota: 0.001, burst: 1 } } } });
      await call(aws.ports.faces, image, collection);
      const { type, nonRetryable, nextRetryDelay } = await failure();
      assert.deepEqual([type, nonRetryable], ['Throttled', false]);
      assert.ok(Number(nextRetryDelay) >= 200 && Number(nextRetryDelay) <= 1_000);
    });

    it(`is for an operator when ${operation} is not allowed, and quotes nothing`, async () => {
      refuse(aws, 'rekognition', operation, 'AccessDeniedException');
      const { type, nonRetryable, message, cause } = await failure();
      assert.deepEqual([type, nonRetryable, cause], ['OperatorMustAct', true, undefined]);
      assert.match(message, new RegExp(`^${operation}: AccessDeniedException\\. Check`));
      assert.ok(!message.includes('u-secret'));
    });

    it(`is DependencyUnavailable when ${operation} breaks off`, async () => {
      loseAnswer(aws, 'rekognition', operation);
      const { type, nonRetryable } = await failure();
      assert.deepEqual([type, nonRetryable], ['DependencyUnavailable', false]);
    });

    it(`is made once: Temporal repeats ${operation}, not the SDK`, async () => {
      const error = { name: 'InternalServerError', status: 500, message: '' };
      aws.twin.faults.addRule({ service: 'rekognition', operation, when: 'before', error });
      aws.calls();
      assert.equal((await failure()).type, 'DependencyUnavailable');
      assert.deepEqual(aws.calls(), [operation]);
    });
  }

  it('is for an operator when the photo or the collection is not there', async () => {
    const { faces } = aws.ports;
    const gone = { ...image, key: 'gone' };
    await assert.rejects(faces.detectFaces({ image: gone }), { type: 'OperatorMustAct' });
    await assert.rejects(calls.SearchFacesByImage?.(faces, image, 'no-such-collection') as Promise<unknown>, {
      type: 'OperatorMustAct',
      nonRetryable: true,
    });
  });
});

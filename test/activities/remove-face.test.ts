import assert from 'node:assert/strict';
import { createActivities } from '../../activities/index.js';
import { externalImageId } from '../../domain/face-record.js';
import type { ImageRef } from '../../domain/image-ref.js';
import type { Tenant } from '../../domain/session.js';
import { loseAnswer, type OnTwin, onTwin, refuse, undisturbed } from './support/on-twin.js';
import { picture } from './support/pictures.js';
import { KEY, subjectOf } from './support/registered.js';

const subject = subjectOf('me');

describe('removing a face', () => {
  let aws: OnTwin;
  let activities: ReturnType<typeof createActivities>;
  let tenant: Tenant;
  let collection: string;
  let anna: ImageRef;
  before(async () => {
    aws = await onTwin();
    activities = createActivities(aws.ports);
  });
  beforeEach(async () => {
    tenant = await aws.tenant();
    collection = aws.collection(tenant);
    anna = await aws.store(picture('anna'));
  });
  afterEach(() => undisturbed(aws));

  const indexing = (changes: object = {}) => ({
    collection,
    image: anna,
    externalImageId: externalImageId(subject, KEY),
    qualityFilter: 'HIGH' as const,
    ...changes,
  });
  const hits = async () => {
    const request = { collection, image: anna, maxFaces: 100, threshold: 90, qualityFilter: 'NONE' as const };
    return (await aws.ports.faces.searchByImage(request)).hits?.map((hit) => hit.faceId) ?? [];
  };

  for (const duplicateRule of [true, false]) {
    describe(`with Rekognition ${duplicateRule ? 'keeping' : 'breaking'} its rule on duplicates`, () => {
      beforeEach(() => {
        aws.twin.faults.update({ rekognition: { duplicateRule } });
      });

      it('removes a face that is known', async () => {
        const { face } = await activities.indexFace(indexing());
        await activities.removeFace(indexing({ faceId: face?.faceId }));
        assert.deepEqual(await hits(), []);
      });

      it('removes the face of a lost answer, whether its id is known or not', async () => {
        for (const known of [true, false]) {
          loseAnswer(aws, 'rekognition', 'IndexFaces');
          await assert.rejects(activities.indexFace(indexing()));
          const { face } = await activities.indexFace(indexing());
          await activities.removeFace(indexing(known ? { faceId: face?.faceId } : {}));
          assert.deepEqual(await hits(), []);
        }
      });

      it('can be repeated, also when nothing was there', async () => {
        await activities.removeFace(indexing());
        for (const operation of ['DeleteFaces', 'SearchFacesByImage']) {
          loseAnswer(aws, 'rekognition', operation);
          await assert.rejects(activities.removeFace(indexing()), { type: 'DependencyUnavailable' });
          await activities.removeFace(indexing());
          assert.deepEqual(await hits(), []);
        }
      });

      it('touches no face of another key or another user', async () => {
        const mine = await activities.indexFace(indexing());
        const others = await Promise.all(
          [externalImageId(subject, 'other'), externalImageId(subjectOf('else'), KEY)].map((id) =>
            activities.indexFace(indexing({ externalImageId: id })),
          ),
        );
        await activities.removeFace(indexing({ faceId: mine.face?.faceId }));
        assert.deepEqual((await hits()).sort(), others.map(({ face }) => face?.faceId).sort());
      });
    });
  }

  describe('once the photo is gone', () => {
    it('removes the face it knows, and ends', async () => {
      const { face } = await activities.indexFace(indexing());
      const gone = { ...anna, key: 'gone' };
      await activities.removeFace(indexing({ image: gone, faceId: face?.faceId }));
      assert.deepEqual(await hits(), []);
      await activities.removeFace(indexing({ image: gone }));
    });

    it('does not take a photo that it may not read for one that is gone', async () => {
      const { face } = await activities.indexFace(indexing());
      refuse(aws, 'rekognition', 'SearchFacesByImage', 'InvalidS3ObjectException');
      const undo = activities.removeFace(indexing({ faceId: face?.faceId }));
      await assert.rejects(undo, { type: 'OperatorMustAct' });
      undisturbed(aws);
      assert.deepEqual(await hits(), []); // what is known is removed first
    });
  });
});

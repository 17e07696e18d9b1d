import assert from 'node:assert/strict';
import { createActivities } from '../../activities/index.js';
import { externalImageId } from '../../domain/face-record.js';
import type { ImageRef } from '../../domain/image-ref.js';
import type { Tenant } from '../../domain/session.js';
import { policyWith } from '../support/session-fixtures.js';
import { loseAnswer, type OnTwin, onTwin, refuse, undisturbed } from './support/on-twin.js';
import { picture, pictureOf, unreadable } from './support/pictures.js';
import { KEY, registered, subjectOf } from './support/registered.js';

const subject = subjectOf('me');
const sessionId = 'vs_enrol';
const rank = { startedAt: 1_000, sessionId };

describe('the steps of a registration', () => {
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

  describe('reserveUser', () => {
    it('takes who it is from the session’s row', async () => {
      await aws.ports.sessions.create(tenant, sessionId, 'print', { userId: 'u-1', profile: { name: 'N' } });
      assert.deepEqual(await activities.reserveUser({ tenant, subject, sessionId }), { outcome: 'reserved' });
      const user = await aws.ports.users.read(tenant, subject);
      assert.deepEqual([user?.userId, user?.profile, user?.busy], ['u-1', { name: 'N' }, sessionId]);
      await activities.releaseUser({ tenant, subject, sessionId });
      assert.equal(await aws.ports.users.read(tenant, subject), undefined);
    });

    it('is for an operator when that row is gone, or came back without who it is', async () => {
      const failure = { type: 'OperatorMustAct', nonRetryable: true, message: /row with the user is gone/ };
      await assert.rejects(activities.reserveUser({ tenant, subject, sessionId: 'vs_gone' }), failure);
      await aws.ports.sessions.create(tenant, 'vs_unknown', 'print', {});
      await assert.rejects(activities.reserveUser({ tenant, subject, sessionId: 'vs_unknown' }), failure);
    });
  });

  describe('placeFace', () => {
    it('puts the face in line in an active shard, and keeps to it', async () => {
      const place = (startedAt: number) =>
        activities.placeFace({ tenant, subject, faceKey: KEY, rank: { ...rank, startedAt }, image: anna });
      const first = await place(1_000);
      assert.ok(['s0', 's1'].map((shard) => aws.collection(tenant, shard)).includes(first.collection));
      assert.deepEqual(await place(9_000), first);
      const { rows } = await activities.readFaces({ tenant, faces: [{ subject, faceKey: KEY }] });
      assert.deepEqual(
        rows.map(({ state, rank: at }) => [state, at]),
        [['tentative', rank]],
      );
    });
  });

  describe('indexFace', () => {
    it('names the face of a lost answer when it is called again', async () => {
      loseAnswer(aws, 'rekognition', 'IndexFaces');
      await assert.rejects(activities.indexFace(indexing()), { type: 'DependencyUnavailable' });
      const [there] = await hits();
      const { face } = await activities.indexFace(indexing());
      assert.deepEqual([face?.faceId, await hits()], [there, [there]]);
      assert.deepEqual([face?.collection, face?.faceModelVersion], [collection, '7.0']);
    });

    it('is a failed check where the photo has no face that may be kept', async () => {
      for (const [bytes, reason] of [
        [pictureOf([]), 'selfie_low_quality'],
        [picture('anna', { held: true }), 'selfie_low_quality'],
        [unreadable, 'selfie_unreadable'],
      ] as const) {
        const image = await aws.store(bytes);
        const { result } = await activities.indexFace(indexing({ image }));
        assert.deepEqual([result?.check, result?.outcome, result?.reasons], ['quality', 'failed', [reason]]);
        assert.deepEqual(result?.evidence.images, [image.sha256]);
      }
    });
  });

  for (const duplicateRule of [true, false]) {
    describe(`removeFace, with Rekognition ${duplicateRule ? 'keeping' : 'breaking'} its rule on duplicates`, () => {
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

  describe('removeFace, once the photo is gone', () => {
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

  it('a photo that is gone is promoted by nobody but an operator', async () => {
    const promotion = activities.promotePhoto({ from: { ...anna, key: 'gone' }, to: anna });
    await assert.rejects(promotion, { type: 'OperatorMustAct', nonRetryable: true });
  });

  it('commitFace makes the user exist with the face of the generation that is read', async () => {
    await activities.placeFace({ tenant, subject, faceKey: KEY, rank, image: anna });
    const { face } = await activities.indexFace(indexing());
    assert.ok(face);
    const commit = { tenant, subject, faceKey: KEY, rank, face, image: { ...anna, key: 'faces/me' } };
    assert.deepEqual(await activities.commitFace(commit), { committed: true });
    const { rows } = await activities.readFaces({ tenant, faces: [{ subject, faceKey: KEY }] });
    assert.deepEqual([rows[0]?.faces, rows[0]?.image.key], [{ 1: face }, 'faces/me']);
    assert.deepEqual(await activities.displaceFace({ tenant, face: { subject, faceKey: KEY, rank } }), {
      displaced: false,
    });
    await activities.withdrawFace({ tenant, subject, faceKey: KEY, sessionId });
    assert.deepEqual(await activities.commitFace(commit), { committed: false });
  });

  it('photos are promoted and discarded', async () => {
    const to = { ...anna, key: `faces/${anna.sha256}` };
    await activities.promotePhoto({ from: anna, to });
    await activities.discardPhotos({ photos: [anna] });
    assert.equal(await aws.ports.photos.get(anna), undefined);
    assert.ok(await aws.ports.photos.get(to));
  });

  it('attempts of a session are told apart by their number', async () => {
    const lockout = { attempts: 2, withinSeconds: 900 };
    const count = (number: number) =>
      activities.countAttempt({ tenant, subject, sessionId, number, lockout });
    for (const number of [1, 2, 1, 2]) assert.deepEqual(await count(number), { locked: false });
    assert.deepEqual(await count(3), { locked: true });
  });

  describe('recheckDuplicate', () => {
    const recheck = async () => {
      const own = await registered(aws, tenant, { name: 'me', person: 'anna' });
      const face = { faceId: own.faceId, collection: own.collection, faceModelVersion: '7.0' };
      return () => activities.recheckDuplicate({ tenant, subject, faceKey: KEY, face, policy: policyWith() });
    };

    it('finds another user who has the face after all, in any shard', async () => {
      const again = await recheck();
      assert.equal((await again()).outcome, 'passed');
      await registered(aws, tenant, { name: 'late', person: 'anna', alike: 98, shard: 's1' });
      assert.deepEqual((await again()).reasons, ['duplicate_face']);
    });

    it('removes what was left under its own key, and only that', async () => {
      const again = await recheck();
      const leftover = await activities.indexFace(indexing());
      const another = await activities.indexFace(
        indexing({ externalImageId: externalImageId(subject, 'b') }),
      );
      assert.equal((await again()).outcome, 'passed');
      const left = await hits();
      assert.ok(!left.includes(leftover.face?.faceId ?? '') && left.includes(another.face?.faceId ?? ''));
      assert.equal(left.length, 2);
    });

    it('looks for nothing once the face counts no more', async () => {
      const again = await recheck();
      await activities.withdrawFace({ tenant, subject, faceKey: KEY, sessionId: 'session-of-me' });
      aws.calls();
      const { outcome, evidence } = await again();
      assert.deepEqual([outcome, evidence.calls, aws.calls()], ['passed', 0, ['Query']]);
    });

    it('is tried again when a shard does not answer, unless the others have the face', async () => {
      const again = await recheck();
      refuse(aws, 'rekognition', 'SearchFacesByImage', 'InternalServerError', aws.collection(tenant, 's1'));
      await assert.rejects(again(), { type: 'DependencyUnavailable', nonRetryable: false });
      await registered(aws, tenant, { name: 'late', person: 'anna', alike: 98 });
      assert.deepEqual((await again()).reasons, ['duplicate_face']);
    });

    it('has nothing to say of a photo that is not good enough any more', async () => {
      const own = await registered(aws, tenant, { name: 'me', person: 'anna' });
      const image = (await aws.ports.users.read(tenant, subject))?.faces[0]?.image as ImageRef;
      await aws.ports.photos.put(image, picture('anna', { held: true }), 'image/jpeg');
      const face = { faceId: own.faceId, collection: own.collection, faceModelVersion: '7.0' };
      const look = { tenant, subject, faceKey: KEY, face, policy: policyWith() };
      const { outcome, reasons } = await activities.recheckDuplicate(look);
      assert.deepEqual([outcome, reasons], ['passed', []]);
    });
  });
});

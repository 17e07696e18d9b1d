import assert from 'node:assert/strict';
import { createActivities } from '../../activities/index.js';
import { externalImageId } from '../../domain/face-record.js';
import type { ImageRef } from '../../domain/image-ref.js';
import type { Tenant } from '../../domain/session.js';
import { loseAnswer, type OnTwin, onTwin, undisturbed } from './support/on-twin.js';
import { picture, pictureOf, unreadable } from './support/pictures.js';
import { KEY, subjectOf } from './support/registered.js';

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
    // Nobody but an erasure removes the row of a session that goes on.
    assert.deepEqual(await activities.commitFace(commit), { committed: false, taken: 'erasing' });
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
});

import assert from 'node:assert/strict';
import { createActivities } from '../../activities/index.js';
import { externalImageId } from '../../domain/face-record.js';
import type { ImageRef } from '../../domain/image-ref.js';
import type { Tenant } from '../../domain/session.js';
import { policyWith } from '../support/session-fixtures.js';
import { type OnTwin, onTwin, refuse, undisturbed } from './support/on-twin.js';
import { picture } from './support/pictures.js';
import { KEY, registered, subjectOf } from './support/registered.js';

const subject = subjectOf('me');

describe('the last look for duplicates', () => {
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

  const recheck = async () => {
    await registered(aws, tenant, { name: 'me', person: 'anna' });
    return () => activities.recheckDuplicate({ tenant, subject, faceKey: KEY, policy: policyWith() });
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
    const another = await activities.indexFace(indexing({ externalImageId: externalImageId(subject, 'b') }));
    assert.equal((await again()).outcome, 'passed');
    const left = await hits();
    assert.ok(!left.includes(leftover.face?.faceId ?? '') && left.includes(another.face?.faceId ?? ''));
    assert.equal(left.length, 2);
  });

  it('leaves a face that was put back under another id meanwhile: it is the one that counts', async () => {
    const again = await recheck();
    const own = (await aws.ports.users.read(tenant, subject))?.faces[0]?.faces['1']?.faceId ?? '';
    await aws.ports.faces.deleteFaces({ collection, faceIds: [own] });
    const { face } = await activities.indexFace(indexing());
    assert.ok(face);
    await aws.ports.reconcileTable.replaceFaceId(tenant, { subject, faceKey: KEY }, '1', own, face);
    assert.equal((await again()).outcome, 'passed');
    assert.deepEqual(await hits(), [face.faceId]);
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
    await registered(aws, tenant, { name: 'me', person: 'anna' });
    const image = (await aws.ports.users.read(tenant, subject))?.faces[0]?.image as ImageRef;
    await aws.ports.photos.put(image, picture('anna', { held: true }), 'image/jpeg');
    const look = { tenant, subject, faceKey: KEY, policy: policyWith() };
    const { outcome, reasons } = await activities.recheckDuplicate(look);
    assert.deepEqual([outcome, reasons], ['passed', []]);
  });
});

import assert from 'node:assert/strict';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { documentKey, expiringKey, userPartition } from '../../activities/aws/dynamodb/keys.js';
import { createHousekeeping } from '../../activities/housekeeping.js';
import { begunErasure, lastPhotoKey, userPhotoPrefix } from '../../domain/erasure.js';
import { externalImageId } from '../../domain/face-record.js';
import { incomingPhotoKey } from '../../domain/photo-keys.js';
import type { Tenant } from '../../domain/session.js';
import { leftovers } from '../support/leftovers.js';
import { loseAnswer, type OnTwin, onTwin, refuse, undisturbed } from './support/on-twin.js';
import { picture } from './support/pictures.js';
import { KEY, registered, subjectOf } from './support/registered.js';
import { indexed, placed, sessionState } from './support/rows.js';
import { attempt } from './support/try-of.js';

const subject = subjectOf('anna');

describe('the steps of an erasure', () => {
  let aws: OnTwin;
  let steps: ReturnType<typeof createHousekeeping>;
  let tenant: Tenant;
  before(async () => {
    aws = await onTwin();
    const ended = async () => 'ended' as const;
    const temporal = { session: ended, batch: ended, erasure: ended, retentionMs: async () => 1 };
    steps = createHousekeeping(aws.ports, temporal);
  });
  beforeEach(async () => {
    tenant = await aws.tenant();
  });
  afterEach(() => undisturbed(aws));

  const erasure = (id = 'er_1') => begunErasure({ erasureId: id, subject, requestedBy: id, requestedAt: 1 });
  const left = () => leftovers(aws.clients, aws.settings, tenant);
  const mark = (id?: string) => steps.markErasing({ tenant, erasure: erasure(id) });
  const empty = async (store: string, sessions: string[] = []): Promise<number> => {
    const { erased }: { erased: number } = await attempt().run(() =>
      steps.eraseStore({ tenant, subject, store, sessions }),
    );
    return erased;
  };
  const reserve = (sessionId: string, faceKey: string) =>
    aws.ports.users.reserve(tenant, subject, sessionId, { userId: 'u', faceKey });

  it('mark the user, known or not, so that nobody can reserve it, and set a photo of its face aside', async () => {
    await mark();
    assert.equal(await reserve('vs_1', 'key'), 'erasing');
    const { subject: known } = await registered(aws, tenant, { name: 'ben', person: 'ben' });
    const request = { tenant, erasure: { ...erasure(), subject: known } };
    const { lastPhoto, hadFaces } = await steps.markErasing(request);
    assert.deepEqual([lastPhoto?.key, hadFaces], [lastPhotoKey(tenant, known), true]);
    assert.ok(await aws.ports.photos.get(lastPhoto as NonNullable<typeof lastPhoto>));
    assert.deepEqual((await steps.markErasing(request)).lastPhoto, lastPhoto);
  });

  it('take the user from its session: what that placed, or places still, it cannot commit; nothing it writes stays', async () => {
    await reserve('vs_holder', 'placed');
    const face = placed({ subject, faceKey: 'placed', sessionId: 'vs_holder' });
    await aws.ports.users.placeFace(tenant, face);
    await mark();
    await steps.fenceFaces({ tenant, subject });
    const commit = { generation: '1', face: indexed('f') };
    assert.equal(await aws.ports.users.commitFace(tenant, { ...face, ...commit }), false);
    await empty('user');

    const late = placed({ subject: subjectOf('late'), faceKey: 'late', sessionId: 'vs_late' });
    const lateReserve = { userId: 'u', faceKey: 'late' };
    await aws.ports.users.reserve(tenant, late.subject, 'vs_late', lateReserve);
    await steps.markErasing({ tenant, erasure: { ...erasure(), subject: late.subject } });
    await steps.fenceFaces({ tenant, subject: late.subject });
    await aws.ports.users.placeFace(tenant, late);
    assert.equal(await aws.ports.users.commitFace(tenant, { ...late, ...commit }), false);

    // Whatever a session may write late is conditional on what is gone.
    const before = (await left()).rows;
    await aws.ports.users.settle(tenant, subject, 'vs_holder');
    await aws.ports.users.release(tenant, subject, 'vs_holder');
    await aws.ports.users.withdrawFace(tenant, face, 'vs_holder');
    await aws.ports.users.forgetAttempts(tenant, subject, 'vs_holder#1');
    await aws.ports.users.forgetAttempts(tenant, subject);
    assert.equal(await aws.ports.users.commitFace(tenant, { ...face, ...commit }), false);
    await aws.ports.sessions.save(tenant, sessionState('vs_holder', { subject, revision: 9 }));
    assert.deepEqual((await left()).rows, before);
  });

  it('remove faces of every key and shard, also one whose row does not know it yet, and nobody else’s', async () => {
    await registered(aws, tenant, { name: 'anna', person: 'anna' });
    await registered(aws, tenant, {
      name: 'anna',
      person: 'anna',
      faceKey: 'line2',
      state: 'tentative',
      shard: 's1',
    });
    await registered(aws, tenant, {
      name: 'anna',
      person: 'carl',
      faceKey: 'unlike2',
      state: 'orphan',
      shard: 's1',
    });
    await registered(aws, tenant, { name: 'twin', person: 'anna' });
    loseAnswer(aws, 'rekognition', 'DeleteFaces');
    await assert.rejects(empty('faces'), { type: 'DependencyUnavailable' });
    await empty('faces');
    assert.deepEqual((await left()).faces, [`s0: ${externalImageId(subjectOf('twin'), KEY)}`]);
    assert.equal(await empty('faces'), 0, 'rows still name them');
  });

  it('know the sessions that are over and wait to remove photos', async () => {
    const { sessions } = aws.ports;
    for (const [id, status] of [
      ['vs_asleep', 'verified'],
      ['vs_over', 'verified'],
      ['vs_open', 'processing'],
    ] as const) {
      await sessions.create(tenant, id, 'print', {});
      await sessions.open(
        tenant,
        sessionState(id, { subject, status, updatedAt: Date.now() }),
        'print',
        'run',
      );
    }
    for (const id of ['vs_asleep', 'vs_open'])
      await sessions.noteRetention(tenant, id, { selfie: { days: 1 } });
    await sessions.noteRetention(tenant, 'vs_over', { selfie: 'keep' });
    assert.deepEqual(await steps.readUnderWay({ tenant, subject }), {
      open: ['vs_open'],
      asleep: ['vs_asleep'],
    });
  });

  it('remove documents with what points to them, but no claim that is somebody else’s by now', async () => {
    const put = (row: Record<string, unknown>) =>
      aws.clients.dynamodb.send(
        new PutItemCommand({ TableName: aws.settings.IDV_TABLE, Item: marshall(row) }),
      );
    const pk = userPartition(tenant, subject);
    await put({ pk, sk: 'DOCUMENT#own', expiresOn: '2030-01-01' });
    await put({ pk, sk: 'DOCUMENT#lost' });
    await put({ ...documentKey(tenant, 'own'), subject });
    await put({ ...documentKey(tenant, 'lost'), subject: subjectOf('ben') });
    await put(expiringKey(tenant, '2030-01-01', subject));
    await put(expiringKey(tenant, '2030-01-01', subjectOf('ben')));
    assert.equal(await empty('documents'), 4);
    assert.deepEqual((await left()).rows, ['DOCUMENT#lost OWNER', `EXPIRING#2030-01-01 ${subjectOf('ben')}`]);
  });

  it('remove every version and delete marker, of sessions whose row is gone too, and keep the photo set aside', async () => {
    const at = (key: string) => ({ bucket: aws.settings.IDV_BUCKET, key, sha256: 'ab', width: 1, height: 1 });
    const put = (key: string) => aws.ports.photos.put(at(key), picture('anna'), 'image/jpeg');
    const photo = incomingPhotoKey(tenant, 'vs_1', '0-0', 'selfie', 'ab');
    await put(photo);
    await put(photo);
    await aws.ports.photos.remove([at(photo)]);
    const kept = photo.replace('incoming', 'retained');
    await put(kept);
    await put(`${userPhotoPrefix(tenant, subject)}key`);
    await put(lastPhotoKey(tenant, subject));
    assert.equal(await empty('session_photos', ['vs_1']), 4);
    const erased: { erased: number } = await attempt().run(() =>
      steps.eraseStore({
        ...{ tenant, subject, store: 'photos', sessions: [] },
        lastPhoto: at(lastPhotoKey(tenant, subject)),
      }),
    );
    assert.equal(erased.erased, 1);
    assert.deepEqual((await left()).objects, [lastPhotoKey(tenant, subject)]);
  });

  it('end with the mark, and with the receipts of those that were broken off', async () => {
    await mark('er_1');
    await steps.saveErasure({ tenant, erasure: erasure('er_1') });
    const { erasureIds } = await mark('er_2');
    assert.deepEqual(erasureIds.sort(), ['er_1', 'er_2']);
    await steps.finishErasure({
      ...{ tenant, erasure: erasure('er_2'), erasureIds, emptied: true, hadFaces: false },
    });
    const receipts = await Promise.all(['er_1', 'er_2'].map((id) => aws.ports.erasures.read(tenant, id)));
    assert.deepEqual(
      receipts.map((each) => [each?.erasureId, each?.requestedBy, each?.status]),
      [
        ['er_1', 'er_1', 'done'],
        ['er_2', 'er_2', 'done'],
      ],
    );
    assert.deepEqual((await left()).rows, ['ERASURE#er_1 RECEIPT', 'ERASURE#er_2 RECEIPT']);
    assert.equal(await reserve('vs_again', 'key'), 'reserved');
  });

  it('fail rather than pass over a collection that may not be searched', async () => {
    await registered(aws, tenant, { name: 'anna', person: 'anna' });
    refuse(aws, 'rekognition', 'SearchFacesByImage', 'AccessDeniedException');
    await assert.rejects(empty('faces'), { type: 'OperatorMustAct' });
    assert.equal((await left()).faces.length, 1);
  });
});

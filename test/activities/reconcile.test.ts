import assert from 'node:assert/strict';
import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { documentKey, expiringKey, profileKey, userPartition } from '../../activities/aws/dynamodb/keys.js';
import { dayOf } from '../../domain/days.js';
import type { DecisionFact } from '../../domain/decision-fact.js';
import { externalImageId } from '../../domain/face-record.js';
import { facePhotoKey, incomingPhotoKey, retainedPhotoKey } from '../../domain/photo-keys.js';
import type { Tenant } from '../../domain/session.js';
import { leftovers } from '../support/leftovers.js';
import { type OnTwin, onTwin, undisturbed } from './support/on-twin.js';
import { picture } from './support/pictures.js';
import { KEY, registered, subjectOf } from './support/registered.js';
import { sessionState } from './support/rows.js';
import { type WalkOptions, walkThrough } from './support/walk.js';

const HOUR = 3_600_000;

describe('reconciliation', () => {
  let aws: OnTwin;
  let tenant: Tenant;
  before(async () => {
    aws = await onTwin();
  });
  beforeEach(async () => {
    tenant = await aws.tenant();
  });
  afterEach(() => undisturbed(aws));

  const walk = (options?: WalkOptions) => walkThrough(aws, tenant, options);
  const left = () => leftovers(aws.clients, aws.settings, tenant);
  const put = (row: Record<string, unknown>) =>
    aws.clients.dynamodb.send(new PutItemCommand({ TableName: aws.settings.IDV_TABLE, Item: marshall(row) }));
  const decisionsOfToday = () => aws.ports.facts.decisions(tenant, dayOf(Date.now()));
  const hold = (subject: string, sessionId: string) =>
    aws.ports.users.reserve(tenant, subject, sessionId, { userId: 'u' });
  async function store(key: string, bytes = picture('anna')): Promise<void> {
    const ref = { bucket: aws.settings.IDV_BUCKET, key, sha256: 'ab', width: 1, height: 1 };
    await aws.ports.photos.put(ref, bytes, 'image/jpeg');
  }
  /** A user as a registration leaves it: with its photo where photos of faces are. */
  async function user(name: string, person: string) {
    const made = await registered(aws, tenant, { name, person });
    const key = facePhotoKey(tenant, made.subject, KEY);
    await store(key, picture(person));
    const Key = marshall({ pk: userPartition(tenant, made.subject), sk: `FACE#${KEY}` });
    await aws.clients.dynamodb.send(
      new UpdateItemCommand({
        TableName: aws.settings.IDV_TABLE,
        Key,
        UpdateExpression: 'SET image.#key = :key',
        ExpressionAttributeNames: { '#key': 'key' },
        ExpressionAttributeValues: marshall({ ':key': key }),
      }),
    );
    await put({ ...profileKey(tenant, made.subject), createdAt: 1, version: 1 });
    return { ...made, photo: key };
  }

  it('finds nothing where everything is in order', async () => {
    await user('anna', 'anna');
    const { found, report } = await walk();
    assert.deepEqual(found, []);
    assert.equal(report.examined.faces, 1);
  });

  it('removes every kind of leftover; only reporting changes nothing; and a second walk finds nothing', async () => {
    const anna = await user('anna', 'anna');
    const before = await left();
    // a face whose row is gone, one beside the right one, one of a row that lost
    await registered(aws, tenant, { name: 'gone', person: 'ben', state: 'orphan' });
    await aws.ports.faces.indexFace({
      collection: anna.collection,
      image: await aws.store(picture('anna')),
      externalImageId: externalImageId(anna.subject, KEY),
      qualityFilter: 'NONE',
    });
    await registered(aws, tenant, { name: 'lost', person: 'cleo', state: 'lost' });
    // a registration whose workflow was terminated between index and commit
    await registered(aws, tenant, { name: 'dead', person: 'dora', state: 'tentative' });
    await hold(subjectOf('dead'), 'session-of-dead');
    const state = sessionState('vs_dead', { subject: subjectOf('dead') });
    await aws.ports.sessions.create(tenant, 'vs_dead', 'print', {});
    await aws.ports.sessions.open(tenant, state, 'print', 'run');
    // photos nobody refers to, and a document without its user
    await store(facePhotoKey(tenant, subjectOf('dead'), KEY));
    await store(incomingPhotoKey(tenant, 'vs_dead', '0-0', 'selfie', 'ab'));
    await store(incomingPhotoKey(tenant, 'vs_never', '0-0', 'selfie', 'ab'));
    await put({ ...documentKey(tenant, 'hash'), subject: subjectOf('nobody') });
    await put(expiringKey(tenant, '2030-01-01', subjectOf('nobody')));
    const planted = await left();

    const dry = await walk({ mend: false });
    assert.deepEqual(await left(), planted);
    assert.deepEqual([...new Set(dry.report.findings.map(({ outcome }) => outcome))].sort(), [
      'to_mend',
      'young',
    ]);

    const { found } = await walk();
    assert.deepEqual(found, [
      'orphan_face mended',
      'orphan_face mended',
      'stale_document mended',
      'stale_document mended',
      'stale_face_row mended',
      'stale_face_row mended',
      'stale_session mended',
      'stale_user mended',
      'stray_photo mended',
      'stray_photo mended',
      'stray_photo mended',
    ]);
    const after = await left();
    const told = ['DECISION', 'EVENT#0000000002#verification_session.canceled', 'SESSION'];
    const rows = [...before.rows, ...told.map((sk) => `SESSION#vs_dead ${sk}`)].sort();
    assert.deepEqual(after, { ...before, rows });
    assert.equal((await aws.ports.sessions.read(tenant, 'vs_dead'))?.state?.status, 'canceled');
    const { sessionId, durationMs, processingMs, endedAt } = (await decisionsOfToday())[0] as DecisionFact;
    assert.deepEqual(
      [sessionId, durationMs, processingMs],
      ['vs_dead', endedAt - state.createdAt, durationMs],
    );
    assert.deepEqual((await walk()).found, []);
  });

  it('removes photos that a session kept for days once these are over, and those of a session that is gone', async () => {
    const DAY = 24 * HOUR;
    const over = { status: 'rejected', updatedAt: Date.now() - 3 * DAY } as const;
    const kept = { selfie: { days: 2 }, reference: { days: 4 }, liveness: 'keep' } as const;
    for (const [id, changes] of Object.entries({
      vs_over: over,
      vs_goes_on: { updatedAt: over.updatedAt },
    })) {
      await aws.ports.sessions.create(tenant, id, 'print', {});
      await aws.ports.sessions.open(tenant, sessionState(id, changes), 'print', 'run');
      await aws.ports.sessions.noteRetention(tenant, id, kept);
    }
    const key = (id: string, input: keyof typeof kept) =>
      retainedPhotoKey(incomingPhotoKey(tenant, id, '0-0', input, 'ab'));
    const stay = [key('vs_over', 'reference'), key('vs_over', 'liveness'), key('vs_goes_on', 'selfie')];
    for (const each of [...stay, key('vs_over', 'selfie'), key('vs_gone', 'liveness')]) await store(each);
    const workflows = { vs_goes_on: 'running', vs_gone: 'running' } as const;
    assert.deepEqual((await walk({ workflows })).found, ['stray_photo mended', 'stray_photo owned']);
    assert.deepEqual((await walk({ workflows: { vs_goes_on: 'running' } })).found, ['stray_photo mended']);
    assert.deepEqual((await left()).objects, stay.sort());
  });

  it('leaves a document to whoever has claimed it since', async () => {
    const nobody = subjectOf('nobody');
    const { pk, sk } = documentKey(tenant, 'hash');
    await aws.ports.documents.claim(tenant, 'hash', { subject: nobody, sessionId: 'vs_second' });
    const removed = (sessionId: string) =>
      aws.ports.reconcileTable.removeClaim({ at: { pk, sk }, subject: nobody, sessionId });
    assert.deepEqual([await removed('vs_first'), await removed('vs_second')], [false, true]);
  });

  it('leaves alone what is young, what a running workflow owns, and what Temporal does not answer for', async () => {
    await registered(aws, tenant, { name: 'busy', person: 'ben', state: 'tentative' });
    await registered(aws, tenant, {
      name: 'busy',
      person: 'cleo',
      state: 'orphan',
      faceKey: 'other2',
      shard: 's1',
    });
    await hold(subjectOf('busy'), 'session-of-busy');
    await store(facePhotoKey(tenant, subjectOf('busy'), 'other2'));
    const before = await left();
    for (const status of ['running', 'unknown'] as const) {
      const { found } = await walk({ workflows: { 'session-of-busy': status } });
      assert.deepEqual(found, ['orphan_face owned', 'stale_face_row owned', 'stray_photo owned'], status);
    }
    const young = await walk({ graceMs: HOUR });
    assert.deepEqual(
      young.found.filter((each) => !each.endsWith('young')),
      ['stale_face_row mended'], // its rank is from long ago
    );
    const { rows, objects } = await left();
    assert.deepEqual(objects, before.objects);
    assert.ok(rows.includes(`USER#${subjectOf('busy')} PROFILE`));
  });

  it('puts a ghost’s face back from its photo under the same key, and the row vouches for it', async () => {
    const anna = await user('anna', 'anna');
    await aws.ports.faces.deleteFaces({ collection: anna.collection, faceIds: [anna.faceId] });
    assert.deepEqual((await walk({ mend: false })).found, ['ghost to_mend']);
    assert.deepEqual((await walk()).found, ['ghost mended']);
    const [row] = await aws.ports.users.readFaces(tenant, [anna]);
    assert.notEqual(row?.faces['1']?.faceId, anna.faceId);
    assert.deepEqual((await left()).faces, [`s0: ${externalImageId(anna.subject, KEY)}`]);
    assert.deepEqual((await walk()).found, []);
  });

  it('tells an operator of a ghost whose photo is gone', async () => {
    const anna = await user('anna', 'anna');
    await aws.ports.faces.deleteFaces({ collection: anna.collection, faceIds: [anna.faceId] });
    await aws.ports.photoVersions.erase(anna.photo, { exact: true });
    assert.deepEqual((await walk()).found, ['ghost unrecoverable']);
  });

  it('has an erasure that was broken off go on, unless it runs', async () => {
    const { subject } = await user('anna', 'anna');
    await aws.ports.erasures.mark(tenant, subject, 'er_1', { hadFaces: true });
    await aws.ports.erasures.fence(tenant, subject);
    const running = await walk({ workflows: { [subject]: 'running' } });
    assert.deepEqual(running.erase, []);
    assert.deepEqual([...new Set(running.report.findings.map(({ outcome }) => outcome))], ['owned']);
    assert.deepEqual((await walk()).erase, [subject]);
  });
});

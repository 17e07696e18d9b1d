import assert from 'node:assert/strict';
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { profileKey } from '../../activities/aws/dynamodb/keys.js';
import { createActivities } from '../../activities/index.js';
import { searchOwnShard } from '../../activities/search-user.js';
import { externalImageId, type IndexedFace } from '../../domain/face-record.js';
import type { ImageRef } from '../../domain/image-ref.js';
import { facePhotoKey } from '../../domain/photo-keys.js';
import type { Tenant } from '../../domain/session.js';
import { policyWith } from '../support/session-fixtures.js';
import { loseAnswer, type OnTwin, onTwin, undisturbed } from './support/on-twin.js';
import { picture } from './support/pictures.js';
import { KEY, type Registered, registered, subjectOf } from './support/registered.js';
import { faceKey, sessionId, subject, toTheEnd, updating, upTo } from './support/updating.js';

const policy = policyWith();

describe('the steps of a photo update', () => {
  let aws: OnTwin;
  let activities: ReturnType<typeof createActivities>;
  let tenant: Tenant;
  let image: ImageRef;
  let old: Registered;
  before(async () => {
    aws = await onTwin();
    activities = createActivities(aws.ports);
  });
  beforeEach(async () => {
    tenant = await aws.tenant();
    image = await aws.store(picture('anna'));
    old = await registered(aws, tenant, { name: 'me', person: 'anna', image });
  });
  afterEach(() => undisturbed(aws));

  const hold = (session = sessionId, who = subject) =>
    activities.holdUser({ tenant, subject: who, sessionId: session, faceKey });
  const read = () => aws.ports.users.read(tenant, subject);
  const states = async () => (await read())?.faces.map((face) => `${face.faceKey} ${face.state}`).sort();
  const facesIn = async (collection: string) => {
    const search = { collection, image, maxFaces: 100, threshold: 90, qualityFilter: 'NONE' as const };
    const { hits = [] } = await aws.ports.faces.searchByImage(search);
    return hits.map(({ faceId }) => faceId).sort();
  };
  const indexing = (shard = 's0') => ({
    collection: aws.collection(tenant, shard),
    image,
    externalImageId: externalImageId(subject, faceKey),
    qualityFilter: 'HIGH' as const,
  });
  const update = (shard?: string) => updating(aws, { tenant, image, ...(shard ? { shard } : {}) });
  describe('holdUser', () => {
    it('names every face that counts, and keeps everybody else out', async () => {
      await registered(aws, tenant, { name: 'me', person: 'anna', faceKey: 'second2222222222' });
      await registered(aws, tenant, {
        name: 'me',
        person: 'anna',
        faceKey: 'lost222222222222',
        state: 'lost',
      });
      const held = (await hold()) as { older: string[] };
      assert.deepEqual(held.older.sort(), [KEY, 'second2222222222']);
      assert.deepEqual(await hold('other'), { outcome: 'busy' });
      assert.equal((await hold()).outcome, 'held');
      await activities.releaseUser({ tenant, subject, sessionId });
      assert.equal((await hold('other')).outcome, 'held');
    });

    it('knows no user without a face that counts, and leaves nothing of one', async () => {
      assert.deepEqual(await hold(sessionId, subjectOf('nobody')), { outcome: 'not_found' });
      assert.equal(await aws.ports.users.read(tenant, subjectOf('nobody')), undefined);
      await registered(aws, tenant, { name: 'line', person: 'berta', state: 'tentative' });
      assert.deepEqual(await hold(sessionId, subjectOf('line')), { outcome: 'not_found' });
    });

    it('lets exactly one of ten have the user', async () => {
      const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => hold(`s${i}`)));
      assert.equal(answers.filter(({ outcome }) => outcome === 'held').length, 1);
      assert.equal(answers.filter(({ outcome }) => outcome === 'busy').length, 9);
    });

    it('does not wait for a session whose face counts, and that only has to let go', async () => {
      const steps = update();
      await upTo(steps, 'committed');
      const held = (await hold('next')) as { older: string[] };
      assert.deepEqual(held.older.sort(), [KEY, faceKey].sort());
      await toTheEnd(steps);
      assert.equal((await read())?.busy, 'next');
    });

    const set = (attribute: string, value: number) =>
      aws.clients.dynamodb.send(
        new UpdateItemCommand({
          TableName: aws.settings.IDV_TABLE,
          Key: marshall(profileKey(tenant, subject)),
          UpdateExpression: 'SET #attribute = :value',
          ExpressionAttributeNames: { '#attribute': attribute },
          ExpressionAttributeValues: marshall({ ':value': value }),
        }),
      );

    it('takes a session that has held the user for an hour for dead: its face never counts', async () => {
      const steps = update();
      await upTo(steps, 'indexed');
      await set('busySince', Date.now() - 3_700_000);
      assert.deepEqual(await hold('heir'), { outcome: 'held', older: [KEY] });
      await steps.next();
      assert.deepEqual(await states(), [`${KEY} active`, `${faceKey} lost`].sort());
    });

    it('is refused for a user who is being erased', async () => {
      await set('erasing', 1);
      assert.deepEqual(await hold(), { outcome: 'erasing' });
    });
  });

  describe('replaceFaces', () => {
    it('leaves of the old face a row without a photo, and of a photo kept elsewhere the photo', async () => {
      const kept = { ...image, key: facePhotoKey(tenant, subject, KEY) };
      await activities.promotePhoto({ from: image, to: kept });
      const face = await toTheEnd(update());
      assert.deepEqual(await states(), [`${KEY} replaced`, `${faceKey} active`].sort());
      const row = (await read())?.faces.find((each) => each.faceKey === KEY);
      assert.equal(row?.image, undefined);
      assert.deepEqual(await facesIn(old.collection), [face.faceId]);
      assert.equal(await aws.ports.photos.get(kept), undefined);
      assert.ok(await aws.ports.photos.get(image));
    });

    it('replaces every face that counted, wherever it is', async () => {
      const second = await registered(aws, tenant, {
        ...{ name: 'me', person: 'anna', faceKey: 'second2222222222', shard: 's1' },
      });
      const face = await toTheEnd(update());
      assert.deepEqual(
        (await states())?.filter((state) => state.endsWith('active')),
        [`${faceKey} active`],
      );
      assert.deepEqual(await facesIn(old.collection), [face.faceId]);
      assert.deepEqual(await facesIn(second.collection), []);
    });

    for (const [service, operation] of [
      ['dynamodb', 'UpdateItem'],
      ['rekognition', 'DeleteFaces'],
      ['s3', 'DeleteObjects'],
    ] as const) {
      it(`ends the same after a repeat where the answer to ${operation} was lost`, async () => {
        const steps = update();
        await upTo(steps, 'committed');
        const [face] = ((await read())?.faces ?? [])
          .filter(({ state, faceKey: key }) => state === 'active' && key === faceKey)
          .map(({ faces }) => faces['1'] as IndexedFace);
        assert.ok(face);
        const request = { tenant, subject, older: [KEY], face, bucket: image.bucket };
        loseAnswer(aws, service, operation);
        await assert.rejects(activities.replaceFaces(request));
        await activities.replaceFaces(request);
        assert.deepEqual(await facesIn(old.collection), [face.faceId]);
        assert.deepEqual(await states(), [`${KEY} replaced`, `${faceKey} active`].sort());
      });
    }

    it('touches nothing of a row that is gone or counts no more by itself', async () => {
      await registered(aws, tenant, {
        name: 'me',
        person: 'anna',
        faceKey: 'lost222222222222',
        state: 'lost',
      });
      const face = { faceId: 'new', collection: old.collection, faceModelVersion: '7.0' };
      const older = ['lost222222222222', 'gone222222222222'];
      await activities.replaceFaces({ tenant, subject, older, face, bucket: image.bucket });
      assert.deepEqual(await states(), [`${KEY} active`, 'lost222222222222 lost'].sort());
    });
  });

  for (const duplicateRule of [true, false]) {
    describe(`with the very same photo, IndexFaces' duplicate rule ${duplicateRule ? 'on' : 'off'}`, () => {
      beforeEach(() => aws.twin.faults.update({ rekognition: { duplicateRule } }));

      it('has a face of its own, and loses neither to the undo of an update', async () => {
        const { face } = await activities.indexFace(indexing());
        assert.deepEqual(await facesIn(old.collection), [old.faceId, face?.faceId].sort());
        await activities.removeFace(indexing());
        assert.deepEqual(await facesIn(old.collection), [old.faceId]);
        assert.equal(
          (await searchOwnShard(aws.ports, { tenant, subject, image, policy })).result.outcome,
          'passed',
        );
      });

      it('has the new face and not the old one in the end', async () => {
        const face = await toTheEnd(update());
        assert.deepEqual(await facesIn(old.collection), [face.faceId]);
        assert.notEqual(face.faceId, old.faceId);
        assert.equal(
          (await searchOwnShard(aws.ports, { tenant, subject, image, policy })).result.outcome,
          'passed',
        );
      });
    });
  }
});

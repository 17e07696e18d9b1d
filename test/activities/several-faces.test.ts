import assert from 'node:assert/strict';
import { createHousekeeping } from '../../activities/housekeeping.js';
import { createActivities } from '../../activities/index.js';
import { searchEveryShard, searchOwnShard } from '../../activities/search-user.js';
import { begunErasure, lastPhotoKey } from '../../domain/erasure.js';
import { externalImageId } from '../../domain/face-record.js';
import type { ImageRef, StoredImage } from '../../domain/image-ref.js';
import type { Tenant } from '../../domain/session.js';
import { policyWith } from '../support/session-fixtures.js';
import { ledgerOf } from './support/ledger.js';
import { type OnTwin, onTwin, refuse, undisturbed } from './support/on-twin.js';
import { picture } from './support/pictures.js';
import { registered, subjectOf } from './support/registered.js';
import { attempt } from './support/try-of.js';
import { subject, toTheEnd, updating } from './support/updating.js';
import { walkThrough } from './support/walk.js';

const JOB = 'bj_aaaaaaaaaaaaaaaaaaaaaaaaaa';
const policy = policyWith();

/** Photos of a batch job: in a bucket of somebody's, and nothing is known of them but their names. */
describe('a user of whom a batch job indexed several photos', () => {
  let aws: OnTwin;
  let tenant: Tenant;
  let anna: ImageRef;
  before(async () => {
    aws = await onTwin();
    anna = await aws.store(picture('anna'));
  });
  beforeEach(async () => {
    tenant = await aws.tenant();
  });
  afterEach(() => undisturbed(aws));

  async function add(faceKey: string, shard: string, similarity = 98): Promise<StoredImage> {
    const { bucket, key } = await aws.store(picture('anna', { similarity }));
    const { batchUsers, faces, users } = aws.ports;
    const [image, collection] = [{ bucket, key }, aws.collection(tenant, shard)];
    const holder = `${JOB}.0`;
    await batchUsers.hold(tenant, { subject, userId: 'anna', holder, faceKey });
    const { faces: found } = await faces.indexPhoto({
      collection,
      image,
      externalImageId: externalImageId(subject, faceKey),
      qualityFilter: 'HIGH',
    });
    const [face] = found;
    assert.ok(face);
    const rank = { startedAt: 1_000, sessionId: JOB };
    await batchUsers.commit(tenant, { subject, faceKey, rank, chunk: 0, generation: '1', face, image });
    await users.settle(tenant, subject, holder);
    return image;
  }
  const states = async () =>
    (await aws.ports.users.read(tenant, subject))?.faces
      .map((face) => `${face.faceKey} ${face.state}`)
      .sort();
  const facesIn = async (shard: string) => {
    const search = { collection: aws.collection(tenant, shard), image: anna, maxFaces: 100, threshold: 80 };
    const { hits } = await aws.ports.faces.searchByImage({ ...search, qualityFilter: 'NONE' });
    return hits?.map(({ externalImageId: id }) => id?.slice(27)).sort();
  };

  it('is recognised by any of them, in whatever collection', async () => {
    await add('k2', 's0', 90);
    await add('k3', 's1', 99);
    const own = await searchOwnShard(aws.ports, { tenant, subject, image: anna, policy });
    assert.deepEqual([own.result.outcome, own.subject, own.result.evidence.calls], ['passed', subject, 2]);
    const anybody = await searchEveryShard(aws.ports, { tenant, image: anna, policy });
    assert.deepEqual([anybody.result.outcome, anybody.subject], ['passed', subject]);
  });

  it('does not hide somebody else who is as much alike', async () => {
    for (let i = 0; i < 12; i++) await add(`k${'abcdefghijkl'.charAt(i)}`, 's0', 99.5);
    await registered(aws, tenant, { name: 'other', person: 'anna', alike: 99.3 });
    const own = await searchOwnShard(aws.ports, { tenant, subject, image: anna, policy });
    assert.deepEqual(own.result.reasons, ['ambiguous_match']);
    const anybody = await searchEveryShard(aws.ports, { tenant, image: anna, policy });
    assert.deepEqual(anybody.result.reasons, ['ambiguous_match']);
  });

  it('gives all of them up for a new photo, and the archive keeps its own', async () => {
    const images = [await add('k2', 's0'), await add('k3', 's1')];
    await toTheEnd(updating(aws, { tenant, image: anna, shard: 's1' }));
    assert.deepEqual(await states(), ['k2 replaced', 'k3 replaced', 'newkey2222222222 active']);
    assert.deepEqual([await facesIn('s0'), await facesIn('s1')], [[], ['newkey2222222222']]);
    for (const { bucket, key } of images) assert.ok(await aws.ports.archive.head({ bucket }, key));
  });

  it('can be changed once the batch job lets go, which nobody is refused for', async () => {
    await add('k2', 's0');
    const activities = createActivities(aws.ports);
    const { batchUsers, users } = aws.ports;
    const holder = `${JOB}.1`;
    await batchUsers.hold(tenant, { subject, userId: 'anna', holder, faceKey: 'k3' });
    const hold = () => activities.holdUser({ tenant, subject, sessionId: 'vs_1', faceKey: 'new' });
    await assert.rejects(hold(), { type: 'DependencyUnavailable', nonRetryable: false });
    await users.settle(tenant, subject, holder);
    assert.deepEqual(await hold(), { outcome: 'held', older: ['k2'] });

    const newcomer = subjectOf('newcomer');
    await aws.ports.sessions.create(tenant, 'vs_2', 'print', { userId: 'newcomer' });
    await batchUsers.hold(tenant, { subject: newcomer, userId: 'newcomer', holder, faceKey: 'k' });
    const reserve = () => activities.reserveUser({ tenant, subject: newcomer, sessionId: 'vs_2' });
    await assert.rejects(reserve(), { type: 'DependencyUnavailable' });
    await users.release(tenant, newcomer, holder);
    assert.deepEqual(await reserve(), { outcome: 'reserved' });
  });

  describe('and its erasure', () => {
    const ended = async () => 'ended' as const;
    const temporal = { session: ended, batch: ended, erasure: ended, retentionMs: async () => 1 };
    const request = () => ({
      tenant,
      erasure: begunErasure({ erasureId: 'er_1', subject, requestedBy: 'k', requestedAt: 1 }),
    });
    const empty = (
      steps: ReturnType<typeof createHousekeeping>,
      store: string,
    ): Promise<{ erased: number }> =>
      attempt().run(() => steps.eraseStore({ tenant, subject, store, sessions: [] }));

    it('removes every face and what the ledger knows, and nothing of the archive', async () => {
      const steps = createHousekeeping(aws.ports, temporal);
      const images = [await add('k2', 's0'), await add('k3', 's1')];
      const ledger = ledgerOf(aws, tenant, JOB);
      await ledger.record(['k2', 'k3'].map((key) => ledger.outcome(key, { subject, status: 'indexed' })));
      const { lastPhoto } = await steps.markErasing(request());
      assert.deepEqual(lastPhoto, { bucket: aws.settings.IDV_BUCKET, key: lastPhotoKey(tenant, subject) });
      await steps.fenceFaces({ tenant, subject });
      assert.deepEqual(await empty(steps, 'faces'), { erased: 2 });
      assert.deepEqual(await empty(steps, 'batch_items'), { erased: 2 });
      assert.deepEqual(await empty(steps, 'user'), { erased: 2 });
      assert.deepEqual([await facesIn('s0'), await facesIn('s1')], [[], []]);
      assert.deepEqual(await ledger.statuses(), ['k2 user_erasing', 'k3 user_erasing']);
      for (const { bucket, key } of images) assert.ok(await aws.ports.archive.head({ bucket }, key));
    });

    it('waits for nobody where the archive may be seen no more', async () => {
      const steps = createHousekeeping(aws.ports, temporal);
      const { batchUsers } = aws.ports;
      const rank = { startedAt: 1, sessionId: JOB };
      const face = { faceId: '11111111-1111-4111-8111-111111111111', collection: aws.collection(tenant) };
      await batchUsers.commit(tenant, {
        ...{ subject, faceKey: 'k2', rank, chunk: 0, generation: '1' },
        face: { ...face, faceModelVersion: '7.0' },
        image: { bucket: 'closed-archive', key: 'anna.jpg' },
      });
      refuse(aws, 's3', 'GetObject', 'AccessDenied', 'closed-archive');
      const { lastPhoto, hadFaces } = await steps.markErasing(request());
      assert.deepEqual([lastPhoto, hadFaces], [undefined, true]);
      assert.deepEqual(await empty(steps, 'faces'), { erased: 0 });
    });
  });

  describe('and reconciliation', () => {
    const running = { workflows: { [JOB]: 'running' } } as const;

    it('has nothing to say of them, photos without a hash or not', async () => {
      await add('k2', 's0');
      await add('k3', 's1');
      assert.deepEqual((await walkThrough(aws, tenant)).found, []);
    });

    it('leaves alone what a running job holds or lost, and mends it after that', async () => {
      const { batchUsers, faces, users } = aws.ports;
      const image = await add('k2', 's0');
      // indexed, and not committed: the next try of its chunk does that
      const collection = aws.collection(tenant, 's0');
      const newcomer = subjectOf('newcomer');
      const holding = { userId: 'newcomer', holder: `${JOB}.7`, faceKey: 'k' };
      await batchUsers.hold(tenant, { subject: newcomer, ...holding });
      const name = externalImageId(newcomer, 'k');
      await faces.indexPhoto({ collection, image, externalImageId: name, qualityFilter: 'NONE' });
      // a face that its collection lost
      const [row] = await users.readFaces(tenant, [{ subject, faceKey: 'k2' }]);
      await faces.deleteFaces({ collection, faceIds: [row?.faces['1']?.faceId ?? ''] });

      const owned = await walkThrough(aws, tenant, running);
      assert.deepEqual(owned.found, ['ghost owned', 'orphan_face owned']);
      const mended = await walkThrough(aws, tenant);
      assert.deepEqual(mended.found, ['ghost mended', 'orphan_face mended', 'stale_user mended']);
      assert.deepEqual((await walkThrough(aws, tenant)).found, []);
      assert.equal(await users.read(tenant, newcomer), undefined);
    });
  });
});

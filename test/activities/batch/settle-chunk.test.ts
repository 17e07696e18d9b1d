import assert from 'node:assert/strict';
import { operatorMustAct } from '../../../activities/batch/operator-must-act.js';
import { settleChunk } from '../../../activities/batch/settle-chunk.js';
import type { ChunkRequest } from '../../../domain/batch/chunk.js';
import { countKey } from '../../../domain/batch/item.js';
import { type OnTwin, onTwin, refuse, undisturbed } from '../support/on-twin.js';
import { picture } from '../support/pictures.js';
import { chunkWorld, watched } from './chunk-world.js';
import { withDeadLetter } from './with-dead-letter.js';

type World = Awaited<ReturnType<typeof chunkWorld>>;

describe('settling a chunk that was broken off', () => {
  let aws: OnTwin;
  before(async () => {
    aws = await onTwin();
  });
  afterEach(() => undisturbed(aws));

  /** The ports of a worker that dies where it would write to the ledger. */
  function mortal() {
    let dead = false;
    return watched(aws.ports, async (name, call) => {
      dead ||= name === 'batches.record';
      if (dead) throw operatorMustAct('dead');
      return call();
    });
  }
  const settle = (world: World, changes: Partial<ChunkRequest> & { round?: string } = {}) => {
    const { tenant, jobId, spec, chunk, range } = world.request('bj_a', changes);
    const { round } = changes;
    const request = { tenant, jobId, spec, chunk, ...(round ? { round } : range ? { range } : {}) };
    return settleChunk(aws.ports, request);
  };

  it('records the faces that count, indexes no other, and lets go of everybody', async () => {
    const world = await chunkWorld(aws, { 'u1/a.jpg': picture('anna'), 'u2/a.jpg': picture('berta') });
    await assert.rejects(world.index('bj_a', { concurrency: 1 }, {}, mortal()), /dead/);
    const faces = await world.faces();
    assert.deepEqual(await world.ledger('bj_a'), []);
    assert.ok(faces.length > 0 && (await world.user('u1'))?.busy);

    aws.calls();
    const { items, counts, before } = await settle(world);
    assert.ok(!aws.calls().includes('IndexFaces'));
    assert.deepEqual([items, counts.indexed, before], [faces.length, faces.length, undefined]);
    assert.deepEqual(await world.faces(), faces);
    const row = (await world.ledger('bj_a')).find(({ userId }) => userId === 'u1');
    assert.equal(row?.uri, `s3://${world.bucket}/${world.prefix}u1/a.jpg`);
    for (const user of ['u1', 'u2']) assert.equal((await world.user(user))?.busy, undefined);
    assert.deepEqual((await settle(world)).counts, counts, 'a repeat says the same');

    await world.rollback('bj_a');
    assert.deepEqual([await world.faces(), await world.user('u1')], [[], undefined]);
  });

  it('has a face that counts replace the others, where the worker died before it did', async () => {
    const world = await chunkWorld(aws, { 'u1/a.jpg': picture('anna') });
    await world.index('bj_b');
    const image = { bucket: world.bucket, key: `${world.prefix}u1/b.jpg` };
    await aws.ports.photos.put(image, picture('anna'), 'image/jpeg');
    const spec = world.spec({ onExisting: 'replace' });
    let dead = false;
    const dying = watched(aws.ports, async (name, call) => {
      dead ||= name === 'users.replaceFace';
      if (dead) throw operatorMustAct('dead');
      return call();
    });
    await assert.rejects(world.index('bj_a', { spec, concurrency: 1 }, {}, dying), /dead/);
    assert.equal((await world.faces()).length, 2);
    const { counts } = await settle(world, { spec });
    assert.deepEqual(counts, { indexed: 1 });
    const user = await world.user('u1');
    const active = user?.faces.filter(({ state }) => state === 'active');
    assert.deepEqual([active?.map((face) => face.image.key), user?.busy], [[image.key], undefined]);
    assert.equal((await world.faces()).length, 1);
    assert.deepEqual((await settle(world, { spec })).counts, counts);
  });

  it('comes to its end by what the ledger says where the source can be read no more', async () => {
    const world = await chunkWorld(aws, { 'u1/a.jpg': picture('anna'), 'u2/a.jpg': picture('berta') });
    await world.index('bj_a');
    refuse(aws, 's3', 'ListObjectsV2', 'NoSuchBucket');
    const { items, counts, unread } = await settle(world);
    assert.deepEqual([items, counts, unread], [2, { indexed: 2 }, true]);
  });

  it('tells what was called for it without a result, each time it is asked', async () => {
    const world = await chunkWorld(aws, { 'u1/a.jpg': picture('anna'), 'u2/a.jpg': picture('berta') });
    const cancel = new AbortController();
    const cancelling = watched(aws.ports, async (name, call) => {
      if (name === 'faces.indexPhoto') cancel.abort(new Error('cancelled'));
      return call();
    });
    const stop = { stop: cancel.signal };
    await assert.rejects(world.index('bj_a', { concurrency: 1 }, stop, cancelling), /cancelled/);
    for (const time of [1, 2]) assert.deepEqual((await settle(world)).calls, { IndexFaces: 1 }, `${time}`);
    const { calls } = await world.rollback('bj_a');
    assert.deepEqual(calls, { DeleteFaces: 1 }, 'nothing counts twice');
  });

  it('says of a retry what the ledger said before it', async () => {
    const { world, first } = await withDeadLetter(aws, 's');
    const round = 'retry 5';
    const untouched = await settle(world, { round });
    assert.deepEqual([untouched.before, untouched.counts], [first.counts, first.counts]);

    await assert.rejects(world.index('bj_a', { retry: { reasons: [], round } }, {}, mortal()), /dead/);
    const settled = await settle(world, { round });
    assert.deepEqual([settled.before, settled.counts], [first.counts, { indexed: 8 }]);
    const again = await settle(world, { round });
    assert.deepEqual([again.before, again.counts], [first.counts, { indexed: 8 }]);
    const outcomes = (await world.ledger('bj_a')).map((item) => [countKey(item), item.attempts]);
    assert.deepEqual(outcomes, Array(8).fill(['indexed', undefined]));
  });
});

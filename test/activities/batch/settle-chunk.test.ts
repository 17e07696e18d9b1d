import assert from 'node:assert/strict';
import { operatorMustAct } from '../../../activities/batch/operator-must-act.js';
import { settleChunk } from '../../../activities/batch/settle-chunk.js';
import type { ChunkRequest } from '../../../domain/batch/chunk.js';
import { countKey } from '../../../domain/batch/item.js';
import { type OnTwin, onTwin, undisturbed } from '../support/on-twin.js';
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
    const [row] = await world.ledger('bj_a');
    assert.deepEqual([row?.userId, row?.uri], ['u1', `s3://${world.bucket}/${world.prefix}u1/a.jpg`]);
    for (const user of ['u1', 'u2']) assert.equal((await world.user(user))?.busy, undefined);
    assert.deepEqual((await settle(world)).counts, counts, 'a repeat says the same');

    await world.rollback('bj_a');
    assert.deepEqual([await world.faces(), await world.user('u1')], [[], undefined]);
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

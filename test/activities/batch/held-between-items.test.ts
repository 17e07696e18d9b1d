import assert from 'node:assert/strict';
import type { Clock } from '../../../activities/batch/clock.js';
import { indexChunk } from '../../../activities/batch/index-chunk.js';
import { countKey } from '../../../domain/batch/item.js';
import { type OnTwin, onTwin } from '../support/on-twin.js';
import { picture } from '../support/pictures.js';
import { attemptOf, chunkWorld, watched } from './chunk-world.js';

describe('a user of many photos at a low rate', () => {
  let aws: OnTwin;
  before(async () => {
    aws = await onTwin();
  });

  /**
   * A chunk of a user's photos, each of which takes eleven seconds; `between` happens before the second one is begun, with the
   * user free, and a job knows by then of an erasure.
   */
  async function slowly(photos: number, between: (world: World) => Promise<void>) {
    const names = Array.from({ length: photos }, (_, i) => [`u/${i}.jpg`, picture('anna')] as const);
    const world = await chunkWorld(aws, Object.fromEntries(names));
    let passed = 0;
    const clock: Clock = { now: () => Date.now() + passed, sleep: async () => undefined };
    let holds = 0;
    const ports = watched(aws.ports, async (name, call) => {
      if (name === 'faces.indexPhoto') passed += 11_000;
      if (name === 'batchUsers.hold') holds++;
      const answer = await call();
      if (name === 'users.settle' && holds === 1) await between(world);
      return answer;
    });
    const request = world.request('bj_a', { spec: world.spec({ onExisting: 'add' }) });
    const result = await indexChunk(ports, request, attemptOf(), clock);
    return { world, result, holds };
  }
  type World = Awaited<ReturnType<typeof chunkWorld>>;

  it('is let go of between two of them, once the ledger has what there is so far', async () => {
    const seen: unknown[] = [];
    const { world, result } = await slowly(3, async (world) => {
      seen.push((await world.user('u'))?.busy, (await world.ledger('bj_a')).map(countKey));
    });
    assert.deepEqual(seen, [undefined, ['indexed']]);
    assert.deepEqual(result.counts, { indexed: 3 });
    const user = await world.user('u');
    assert.deepEqual([user?.busy, user?.faces.length], [undefined, 3]);
  });

  it('is not taken up again after an erasure in between', async () => {
    const { world, result } = await slowly(3, async (world) => {
      const { batches, users, subjectOf } = aws.ports;
      const subject = subjectOf(world.tenant, 'u');
      const [face] = (await world.user('u'))?.faces ?? [];
      assert.ok(face);
      for (const { collection, faceId } of Object.values(face.faces))
        await aws.ports.faces.deleteFaces({ collection, faceIds: [faceId] });
      await batches.forgetSubject(world.tenant, subject);
      await users.reserve(world.tenant, subject, 's', { userId: 'u' });
      await users.withdrawFace(world.tenant, face, 'bj_a');
      await users.release(world.tenant, subject, 's');
      await batches.noteErased(world.tenant, 'bj_a', subject);
    });
    assert.equal(result.items, 3);
    assert.deepEqual([await world.user('u'), await world.faces()], [undefined, []]);
    const told = (await world.ledger('bj_a')).map((item) => [countKey(item), item.uri, item.subject]);
    assert.deepEqual(told, Array(3).fill(['skipped/user_erasing', '', undefined]));
  });
});

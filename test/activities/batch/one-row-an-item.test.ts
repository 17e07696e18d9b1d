import assert from 'node:assert/strict';
import { createSubjects } from '../../../activities/aws/subjects.js';
import { itemIds } from '../../../activities/batch/item-id.js';
import { splitSource } from '../../../activities/batch/split-source.js';
import type { ChunkRequest } from '../../../domain/batch/chunk.js';
import { countKey } from '../../../domain/batch/item.js';
import { type OnTwin, onTwin, refuse, undisturbed } from '../support/on-twin.js';
import { picture } from '../support/pictures.js';
import { chunkWorld } from './chunk-world.js';

const retry = { reasons: [], round: 'r1' };

describe('the row of a line of a manifest', () => {
  let aws: OnTwin;
  before(async () => {
    aws = await onTwin();
  });
  afterEach(() => undisturbed(aws));

  /** A manifest of these lines, `key,user`, of photos of which each is somebody's own. */
  async function listed(lines: readonly [key: string, user: string][], absent: readonly string[] = []) {
    const keys = [...new Set(lines.map(([key]) => key))].filter((key) => !absent.includes(key));
    const world = await chunkWorld(aws, Object.fromEntries(keys.map((key) => [key, picture(key)])));
    const { bucket, prefix } = world;
    const key = `${prefix}list.csv`;
    const csv = ['key,user_id', ...lines.map(([photo, user]) => `${prefix}${photo},${user}`)].join('\n');
    await aws.ports.photos.put({ bucket, key }, new TextEncoder().encode(csv), 'text/csv');
    const source = {
      kind: 'manifest',
      ...{ bucket, key },
      format: 'csv',
      columns: { key: 'key', userId: 'user_id' },
    } as const;
    const { tenant } = world;
    const { chunks } = await splitSource(aws.ports, { tenant, source, chunkItems: 10, chunks: 1 });
    const spec = world.spec({ source, onExisting: 'add' });
    const index = (job: string, changes: Partial<ChunkRequest> = {}, number = 1) =>
      world.index(job, { spec, ...(chunks[0] ? { range: chunks[0].range } : {}), ...changes }, { number });
    const told = async (job: string) => (await world.ledger(job)).map(countKey).sort();
    const forget = (user: string) =>
      aws.ports.batches.forgetSubject(tenant, aws.ports.subjectOf(tenant, user));
    return { world, index, told, forget };
  }
  const deny = () => {
    for (const operation of ['GetObject', 'HeadObject'])
      refuse(aws, 's3', operation, 'AccessDenied', '/1.jpg');
  };

  it('is one, and its face that of the object, where the object could not be looked at before', async () => {
    const { world, index, told } = await listed([
      ['0.jpg', 'u0'],
      ['1.jpg', 'u1'],
    ]);
    deny();
    await index('bj_a');
    assert.deepEqual(await told('bj_a'), ['dead_letter/access_denied', 'indexed']);
    const again = await index('bj_a', { retry });
    assert.deepEqual(again.counts, { indexed: 1, 'dead_letter/access_denied': 1 });
    assert.deepEqual(await told('bj_a'), ['dead_letter/access_denied', 'indexed']);
    undisturbed(aws);

    const retried = await index('bj_a', { retry: { reasons: [], round: 'r2' } });
    assert.deepEqual([retried.items, retried.counts], [2, { indexed: 2 }]);
    assert.deepEqual(await told('bj_a'), ['indexed', 'indexed']);
    const repeat = await index('bj_a', {}, 2);
    assert.deepEqual([repeat.items, repeat.calls], [2, {}], 'a repeat of the chunk finds nothing to do');

    assert.deepEqual((await index('bj_b')).counts, { 'skipped/already_indexed': 2 });
    const { bucket, prefix } = world;
    const source = { kind: 'prefix', bucket, prefix, userId: `${prefix}{user_id}.jpg` } as const;
    await world.index('bj_c', { spec: world.spec({ source, onExisting: 'add' }) });
    assert.equal((await world.faces()).length, 4, 'of other users: 0 and 1');
    const user = await world.user('u1');
    assert.deepEqual([user?.busy, user?.faces.length], [undefined, 1]);
  });

  it('is one where another line named the photo before, and both are tried again', async () => {
    const { world, index, told } = await listed([
      ['1.jpg', 'u1'],
      ['1.jpg', 'u1'],
      ['1.jpg', 'u2'],
    ]);
    deny();
    await index('bj_a');
    assert.deepEqual(await told('bj_a'), Array(3).fill('dead_letter/access_denied'));
    undisturbed(aws);
    await index('bj_a', { retry });
    assert.deepEqual(await told('bj_a'), ['indexed', 'indexed', 'skipped/already_indexed']);
    assert.equal((await world.faces()).length, 2);
    assert.deepEqual((await index('bj_a', {}, 2)).calls, {});
  });

  it('stays as it is after an erasure, when the chunk is done again, whatever it said before', async () => {
    const { world, index, told, forget } = await listed(
      [
        ['0.jpg', 'u0'],
        ['0.jpg', 'u0'],
        ['1.jpg', 'u1'],
        ['2.jpg', 'u2'],
        ['0.jpg', 'u3'],
      ],
      ['2.jpg'],
    );
    deny();
    await index('bj_a');
    undisturbed(aws);
    const first = ['dead_letter/access_denied', 'indexed', 'indexed', 'rejected/not_found'];
    assert.deepEqual(await told('bj_a'), [...first, 'skipped/already_indexed']);
    for (const user of ['u0', 'u1', 'u2']) {
      const subject = aws.ports.subjectOf(world.tenant, user);
      await forget(user);
      for (const face of (await world.user(user))?.faces ?? [])
        await aws.ports.users.withdrawFace(world.tenant, face, 'bj_a');
      await aws.ports.users.reserve(world.tenant, subject, 's', { userId: user });
      await aws.ports.users.release(world.tenant, subject, 's');
    }
    const image = { bucket: world.bucket, key: `${world.prefix}2.jpg` };
    await aws.ports.photos.put(image, picture('2'), 'image/jpeg');
    const { items, calls } = await index('bj_a', {}, 2);
    assert.deepEqual([items, calls], [5, {}]);
    assert.deepEqual(await told('bj_a'), ['indexed', ...Array(4).fill('skipped/user_erasing')]);
    for (const user of ['u0', 'u1', 'u2']) assert.equal(await world.user(user), undefined);
  });

  it('has an id that only who has the key can tell the photo by', async () => {
    const [one, other] = [await listed([['0.jpg', 'u0']]), await aws.tenant()];
    await one.index('bj_a');
    const [row] = await one.world.ledger('bj_a');
    const object = { bucket: one.world.bucket, key: `${one.world.prefix}0.jpg` };
    const found = await aws.ports.archive.head(object, object.key);
    const named = { ...object, etag: found?.etag };
    assert.equal(row?.itemId, itemIds(aws.ports.subjectOf, one.world.tenant)(named));
    assert.notEqual(row?.itemId, itemIds(aws.ports.subjectOf, other)(named));
    assert.notEqual(row?.itemId, itemIds(createSubjects(new Uint8Array(32)), one.world.tenant)(named));
  });
});

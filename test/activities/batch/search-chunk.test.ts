import assert from 'node:assert/strict';
import { type SearchResult, searchChunk } from '../../../activities/batch/search-chunk.js';
import type { Tenant } from '../../../domain/session.js';
import { failures } from '../../../workflows/failures.js';
import { policyWith } from '../../support/session-fixtures.js';
import { indexedItem, JOB } from '../support/indexed-item.js';
import { type OnTwin, onTwin, undisturbed } from '../support/on-twin.js';
import { picture } from '../support/pictures.js';
import { registered, subjectOf } from '../support/registered.js';
import { attempt } from '../support/try-of.js';
import { watched } from './chunk-world.js';

describe('the search for duplicates over a chunk', () => {
  let aws: OnTwin;
  let tenant: Tenant;
  before(async () => {
    aws = await onTwin();
  });
  beforeEach(async () => {
    tenant = await aws.tenant();
  });
  afterEach(() => undisturbed(aws));

  const item = async (
    user: string,
    person: string,
    more: { chunk?: number; shard?: string; serial?: string; alike?: number } = {},
  ) =>
    indexedItem(aws, tenant, {
      user,
      image: await aws.store(picture(person, { similarity: more.alike ?? 100 })),
      ...more,
    });
  const search = (chunk = 0, last?: unknown, ports = aws.ports, everywhere = false): Promise<SearchResult> =>
    attempt(1, last).run(() =>
      searchChunk(ports, {
        tenant,
        jobId: JOB,
        policy: policyWith(),
        chunk,
        everywhere,
        pace: { rates: {}, next: {}, allowed: 1 },
        concurrency: 4,
      }),
    );
  const pairs = async () => {
    const page = await aws.ports.batches.pairs(tenant, JOB, { limit: 100 });
    return page.pairs.map(({ first, second }) => [first.subject, second.subject]);
  };
  const flagged = async (chunk: number) => {
    const ledger = await aws.ports.batches.readChunk(tenant, JOB, chunk);
    return ledger.map(({ duplicate }) => duplicate ?? false);
  };

  it('stores a pair of one shard once, and counts it once, though two workers meet it from both sides', async () => {
    await item('anna', 'p', { chunk: 0 });
    await item('berta', 'p', { chunk: 1, alike: 98 });
    await item('carla', 'q', { chunk: 1 });
    const [one, other] = await Promise.all([search(0), search(1)]);
    assert.deepEqual(await pairs(), [[subjectOf('anna'), subjectOf('berta')]]);
    assert.equal(one.pairs + other.pairs, 1);
    assert.deepEqual([one.searched, other.searched], [1, 2]);
    assert.deepEqual([await flagged(0), (await flagged(1)).sort()], [[true], [false, true]]);
  });

  it('meets who was there before the job in an earlier shard, where it is told that others have faces', async () => {
    await item('anna', 'p', { chunk: 0, shard: 's1' });
    await item('berta', 'p', { chunk: 1, shard: 's0' });
    await item('carla', 'p', { chunk: 0, shard: 's0' });
    await search(0);
    const [anna, berta, carla] = [subjectOf('anna'), subjectOf('berta'), subjectOf('carla')];
    assert.deepEqual(await pairs(), [
      [anna, carla],
      [berta, carla],
    ]);
    const { calls, pairs: more } = await search(0, undefined, aws.ports, true);
    assert.deepEqual([calls, more], [{ SearchFaces: 2, SearchFacesByImage: 2 }, 1]);
    assert.deepEqual(await pairs(), [
      [anna, berta],
      [anna, carla],
      [berta, carla],
    ]);
  });

  it('meets a pair of two shards from the earlier one alone', async () => {
    await item('anna', 'p', { chunk: 0, shard: 's1' });
    await item('berta', 'p', { chunk: 1, shard: 's0', alike: 98 });
    aws.calls();
    const later = await search(0);
    assert.deepEqual([later.calls, later.pairs], [{ SearchFaces: 1 }, 0]);
    const earlier = await search(1);
    assert.deepEqual([earlier.calls, earlier.pairs], [{ SearchFaces: 1, SearchFacesByImage: 1 }, 1]);
    assert.deepEqual(await pairs(), [[subjectOf('anna'), subjectOf('berta')]]);
    assert.deepEqual([await flagged(0), await flagged(1)], [[true], [true]]);
    assert.deepEqual([later.items, later.counts], [1, { indexed: 1 }]);
  });

  it('finds somebody who was registered before', async () => {
    await registered(aws, tenant, { name: 'zoe', person: 'p' });
    await item('anna', 'p', { alike: 98 });
    assert.equal((await search()).pairs, 1);
    assert.deepEqual(await pairs(), [[subjectOf('anna'), subjectOf('zoe')]]);
    assert.equal((await search()).pairs, 0, 'it is not another one when the chunk is searched again');
  });

  it('leaves out who is not alike enough, other photos of the user, and faces that count for nobody', async () => {
    await item('anna', 'p');
    await item('anna', 'p', { serial: 'two' });
    await item('berta', 'p', { alike: 96 });
    await registered(aws, tenant, { name: 'carla', person: 'p', state: 'orphan' });
    await registered(aws, tenant, { name: 'dora', person: 'p', state: 'lost' });
    assert.deepEqual([(await search()).searched, await pairs()], [3, []]);
  });

  it('searches for no face that stopped to count', async () => {
    const { subject, itemId } = await item('anna', 'p');
    await item('berta', 'p', { chunk: 1 });
    await aws.ports.users.withdrawFace(tenant, { subject, faceKey: itemId }, JOB);
    const { searched, calls } = await search();
    assert.deepEqual([searched, calls, (await search(1)).pairs], [0, {}, 0]);
  });

  it('goes on behind what an earlier try had done', async () => {
    await item('anna', 'p');
    const second = await item('berta', 'p');
    const third = await item('carla', 'p');
    const through = [second, third].map(({ itemId }) => itemId).sort()[0];
    const result = await search(0, { through, searched: 7, pairs: 5 });
    assert.deepEqual([result.searched, result.calls.SearchFaces], [8, 1]);
  });

  it('waits while it is throttled, and says so', async () => {
    await item('anna', 'p');
    const error = { name: 'ThrottlingException', status: 400, message: 'slower' };
    aws.twin.faults.addRule({
      service: 'rekognition',
      operation: 'SearchFaces',
      when: 'before',
      error,
      times: 2,
    });
    const { searched, throttled, calls } = await search();
    assert.deepEqual([searched, throttled, calls.SearchFaces], [1, 2, 1]);
  });

  it('looks where it can for a face whose photo is gone', async () => {
    const image = await aws.store(picture('p'));
    await indexedItem(aws, tenant, { user: 'anna', image });
    await item('berta', 'p', { chunk: 1 });
    await aws.ports.photos.remove([image]);
    const { searched, pairs: found } = await search();
    assert.deepEqual([searched, found], [0, 1]);
  });

  it('ends where a later try has the chunk', async () => {
    await item('anna', 'p');
    const overtaken = watched(aws.ports, async (name, call) => {
      if (name === 'faces.searchByFace') await aws.ports.batches.claim(tenant, JOB, 0);
      return call();
    });
    await assert.rejects(search(0, undefined, overtaken), { type: failures.dependencyUnavailable });
  });
});

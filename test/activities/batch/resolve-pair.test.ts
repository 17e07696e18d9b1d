import assert from 'node:assert/strict';
import { userPartition } from '../../../activities/aws/dynamodb/keys.js';
import { partitionKeys } from '../../../activities/aws/dynamodb/rows-of.js';
import { resolvePair } from '../../../activities/batch/resolve-pair.js';
import { searchChunk } from '../../../activities/batch/search-chunk.js';
import type { Ports } from '../../../activities/ports.js';
import { faceName, type PairAnswer, type PairDecision, type PairName } from '../../../domain/batch/pair.js';
import { counts } from '../../../domain/face-record.js';
import type { Tenant } from '../../../domain/session.js';
import { policyWith } from '../../support/session-fixtures.js';
import { indexedItem, JOB } from '../support/indexed-item.js';
import { loseAnswer, type OnTwin, onTwin, undisturbed } from '../support/on-twin.js';
import { picture } from '../support/pictures.js';
import { registered, subjectOf } from '../support/registered.js';
import { attempt } from '../support/try-of.js';
import { watched } from './chunk-world.js';

const [anna, berta, carla] = ['anna', 'berta', 'carla'].map(subjectOf) as [string, string, string];

describe('a decision about a pair of duplicates', () => {
  let aws: OnTwin;
  let tenant: Tenant;
  before(async () => {
    aws = await onTwin();
  });
  beforeEach(async () => {
    tenant = await aws.tenant();
  });
  afterEach(() => undisturbed(aws));

  const indexed = async (user: string, more: { shard?: string; serial?: string } = {}) =>
    indexedItem(aws, tenant, { user, image: await aws.store(picture('p')), ...more });
  const search = () =>
    attempt().run(() =>
      searchChunk(aws.ports, {
        tenant,
        jobId: JOB,
        policy: policyWith(),
        chunk: 0,
        everywhere: false,
        pace: { rates: {}, next: {}, allowed: 1 },
        concurrency: 2,
      }),
    );
  const all = async () => (await aws.ports.batches.pairs(tenant, JOB, { limit: 100 })).pairs;
  const open = async () =>
    (await all())
      .filter(({ resolution }) => !resolution)
      .map(({ first, second }) => [first.subject, second.subject]);
  const pairBetween = async (one: string, other: string): Promise<PairName> => {
    const pair = (await all()).find(({ first, second }) => first.subject === one && second.subject === other);
    assert.ok(pair, 'there is no such pair');
    return { first: faceName(pair.first), second: faceName(pair.second) };
  };
  const decide = async (
    decision: PairDecision,
    [one, other] = [anna, berta],
    ports: Ports = aws.ports,
  ): Promise<PairAnswer> => {
    const pair = await pairBetween(one, other);
    return resolvePair(ports, { tenant, jobId: JOB, pair, decision });
  };
  /** Faces that count, by their ids in the collections: how many, and whether each is there and no other. */
  const facesOf = async (subject: string) => {
    const user = await aws.ports.users.read(tenant, subject);
    const listed = await Promise.all(
      ['s0', 's1'].map((shard) =>
        aws.ports.collections.listFaces({ collection: aws.collection(tenant, shard) }),
      ),
    );
    const inCollections = listed
      .flatMap((page) => page?.faces ?? [])
      .filter(({ externalImageId }) => externalImageId?.startsWith(subject));
    const vouched = inCollections.filter(({ faceId }) => user?.faces.some((row) => counts(row, faceId)));
    return { vouched: vouched.length, orphans: inCollections.length - vouched.length, busy: user?.busy };
  };
  const has = (vouched: number) => ({ vouched, orphans: 0, busy: undefined });

  it('keeps both', async () => {
    await indexed('anna');
    await indexed('berta');
    await search();
    assert.deepEqual(await decide({ resolution: 'keep' }), { resolved: 'keep' });
    assert.deepEqual([await open(), await facesOf(anna), await facesOf(berta)], [[], has(1), has(1)]);
  });

  it('takes one face back, and with it its user and its other pairs', async () => {
    for (const user of ['anna', 'berta', 'carla']) await indexed(user);
    await search();
    const removed = { resolved: 'remove', side: 'second' };
    assert.deepEqual(await decide({ resolution: 'remove', face: 'second' }), removed);
    assert.deepEqual(await decide({ resolution: 'remove', face: 'second' }), removed, 'made again');
    assert.deepEqual(await decide({ resolution: 'remove', face: 'first' }), { refused: 'resolved' });
    assert.deepEqual(await open(), [[anna, carla]]);
    assert.equal(await aws.ports.users.read(tenant, berta), undefined);
    assert.deepEqual([await facesOf(anna), await facesOf(berta)], [has(1), has(0)]);
    assert.deepEqual(await decide({ resolution: 'merge', into: 'first' }), { refused: 'resolved' });
  });

  it('gives every face of one user to the other, and what is known of them too', async () => {
    await indexed('anna');
    for (const serial of ['one', 'two']) await indexed('berta', { serial, shard: 's1' });
    await indexed('carla');
    await search();
    const before = (await open()).filter((pair) => pair.includes(carla)).length;
    assert.deepEqual(await decide({ resolution: 'merge', into: 'first' }), {
      resolved: 'merge',
      side: 'first',
    });
    assert.deepEqual([await facesOf(anna), await facesOf(berta)], [has(3), has(0)]);
    assert.equal(await aws.ports.users.read(tenant, berta), undefined);
    const left = await open();
    assert.ok(
      left.every((pair) => pair.includes(carla) && pair.includes(anna)),
      JSON.stringify(left),
    );
    assert.equal(left.length, before, 'pairs with a third user are the other user’s now');
    const ledger = await aws.ports.batches.readChunk(tenant, JOB, 0);
    assert.equal(ledger.filter(({ subject }) => subject === anna).length, 3);
    assert.ok((await aws.ports.batches.forgetSubject(tenant, anna)) >= 3, 'an erasure finds all of it');
    assert.deepEqual(await all(), []);
  });

  it('leaves nothing that leads to the ledger from the user that went, wherever it was stopped', async () => {
    const leftOf = async (subject: string) => {
      const { clients, settings } = aws;
      const rows = await partitionKeys(clients.dynamodb, settings.IDV_TABLE, userPartition(tenant, subject));
      // What was decided about a pair is there until one of its users is erased.
      return rows.map(({ sk }) => sk).filter((sk) => !sk.startsWith('PAIR#'));
    };
    for (const lost of [undefined, 'DeleteItem'] as const) {
      tenant = await aws.tenant();
      await indexed('anna');
      for (const serial of ['one', 'two']) await indexed('berta', { serial, shard: 's1' });
      await search();
      if (lost) {
        loseAnswer(aws, 'dynamodb', lost);
        await assert.rejects(decide({ resolution: 'merge', into: 'first' }), lost);
      }
      await decide({ resolution: 'merge', into: 'first' });
      assert.deepEqual(await leftOf(berta), [], lost);
      assert.equal((await leftOf(anna)).filter((sk) => sk.startsWith('ITEM#')).length, 2, lost);
      await aws.ports.batches.forgetSubject(tenant, anna);
      const ledger = await aws.ports.batches.readChunk(tenant, JOB, 0);
      assert.deepEqual([...new Set(ledger.map(({ reason }) => reason))], ['user_erasing'], lost);
      assert.deepEqual([await all(), await leftOf(berta)], [[], []], lost);
    }
  });

  it('comes to its end when it is made again after an answer was lost, wherever that was', async () => {
    for (const operation of ['IndexFaces', 'DeleteFaces'] as const) {
      tenant = await aws.tenant();
      await indexed('anna');
      await indexed('berta', { shard: 's1' });
      await search();
      loseAnswer(aws, 'rekognition', operation);
      await assert.rejects(decide({ resolution: 'merge', into: 'first' }), operation);
      assert.deepEqual(await decide({ resolution: 'merge', into: 'first' }), {
        resolved: 'merge',
        side: 'first',
      });
      assert.deepEqual([await facesOf(anna), await facesOf(berta)], [has(2), has(0)], operation);
    }
  });

  for (const decision of [
    { resolution: 'remove', face: 'second' },
    { resolution: 'merge', into: 'first' },
  ] as const) {
    it(`holds nobody after a ${decision.resolution} that stopped when it let go of them, and was made again`, async () => {
      for (const stopped of ['users.release', 'batches.resolve']) {
        tenant = await aws.tenant();
        await indexed('anna');
        await indexed('berta');
        await search();
        let stops = 1;
        const stopping = watched(aws.ports, async (name, call) => {
          if (name === stopped && stops-- > 0) throw new Error('stopped');
          return call();
        });
        await assert.rejects(decide(decision, [anna, berta], stopping), /stopped/);
        await decide(decision);
        assert.equal(await aws.ports.users.read(tenant, berta), undefined, stopped);
        assert.deepEqual((await facesOf(anna)).busy, undefined, stopped);
        assert.deepEqual(await open(), [], stopped);
      }
    });
  }

  it('takes up nothing more of a user whose erasure came in between, whether that is over or not', async () => {
    for (const isOver of [true, false]) {
      tenant = await aws.tenant();
      await indexed('anna');
      for (const serial of ['one', 'two', 'three']) await indexed('berta', { serial, shard: 's1' });
      await search();
      const { erasures } = aws.ports;
      let photos = 0;
      const slow = watched(aws.ports, async (name, call) => {
        const answer = await call();
        if (name !== 'faces.indexFace' || ++photos !== 2) return answer;
        await erasures.mark(tenant, berta, 'er_1', { hadFaces: true });
        await erasures.fence(tenant, berta);
        if (!isOver) return answer;
        await erasures.removeUser(tenant, berta);
        await erasures.unmark(tenant, berta, 'er_1');
        return answer;
      });
      const answer = await decide({ resolution: 'merge', into: 'first' }, [anna, berta], slow);
      assert.deepEqual([answer, photos], [{ refused: 'user_erasing' }, 2]);
      assert.deepEqual(await facesOf(anna), has(2), 'her own, and the one that had counted before');
      if (isOver) assert.equal(await aws.ports.users.read(tenant, berta), undefined);
    }
  });

  it('is refused where it cannot be done, and everything stays as it was', async () => {
    const { itemId } = await indexed('anna');
    await registered(aws, tenant, { name: 'berta', person: 'p' });
    await search();
    const { users, photos } = aws.ports;
    const unchanged = async () =>
      assert.deepEqual(
        [await facesOf(anna), await facesOf(berta), await open()],
        [has(1), has(1), [[anna, berta]]],
      );
    const refusals: [PairDecision, PairAnswer][] = [
      [{ resolution: 'merge', into: 'first' }, { refused: 'registered' }],
      [{ resolution: 'remove', face: 'second' }, { refused: 'not_of_job' }],
    ];
    for (const [decision, answer] of refusals) {
      assert.deepEqual(await decide(decision), answer);
      await unchanged();
    }
    await users.hold(tenant, anna, 'somebody', itemId);
    assert.deepEqual(await decide({ resolution: 'merge', into: 'second' }), { refused: 'user_busy' });
    await users.settle(tenant, anna, 'somebody');
    await unchanged();
    const [row] = await users.readFaces(tenant, [{ subject: anna, faceKey: itemId }]);
    if (row) await photos.remove([row.image]);
    assert.deepEqual(await decide({ resolution: 'merge', into: 'second' }), { refused: 'photo_gone' });
    await unchanged();
    await aws.ports.erasures.mark(tenant, anna, 'er_1', { hadFaces: true });
    assert.deepEqual(await decide({ resolution: 'remove', face: 'first' }), { refused: 'user_erasing' });
    await unchanged();
  });
});

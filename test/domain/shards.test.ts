import assert from 'node:assert/strict';
import fc from 'fast-check';
import { chooseShard, type Scope, type Shard, shardsToSearch } from '../../domain/shards.js';
import { labels, shards, subject } from './arbitraries.js';

const scope: fc.Arbitrary<Scope> = labels;
const chosen = (map: readonly Shard[], who: string, where: Scope) => {
  try {
    return chooseShard(map, who, where);
  } catch (error) {
    assert.ok(error instanceof RangeError);
    return undefined;
  }
};
const has = (labelled: Shard['labels'] | Scope, name: string) => Object.hasOwn(labelled ?? {}, name);

/** `count` pseudonyms, the same in each run. */
const subjects = (count: number) =>
  fc.sample(subject, { numRuns: count, seed: 20, randomType: 'xorshift128plus' });

describe('chooseShard', () => {
  it('gives a user the same shard whatever the order of the shards', () => {
    const shuffled = shards.chain((map) =>
      fc.tuple(fc.constant(map), fc.shuffledSubarray(map, { minLength: map.length })),
    );
    fc.assert(
      fc.property(shuffled, subject, scope, ([map, other], who, where) => {
        assert.equal(chosen(map, who, where)?.id, chosen(other, who, where)?.id);
      }),
    );
  });

  it('chooses an active shard all of whose labels the scope has, and of those one with most labels', () => {
    fc.assert(
      fc.property(shards, subject, scope, (map, who, where) => {
        const fits = map.filter(
          ({ status, labels = {} }) =>
            status === 'active' &&
            Object.entries(labels).every(([name, value]) => has(where, name) && where[name] === value),
        );
        const count = (shard: Shard) => Object.keys(shard.labels ?? {}).length;
        const choice = chosen(map, who, where);
        if (fits.length === 0) return assert.equal(choice, undefined);
        assert.ok(choice && fits.includes(choice));
        assert.equal(count(choice), Math.max(...fits.map(count)));
      }),
    );
  });

  it('says what to do when no active shard fits', () => {
    assert.throws(() => chooseShard([], 'x'), { name: 'RangeError', message: /Add one to the shard map/ });
    assert.throws(() => chooseShard([{ id: 'a', status: 'full' }], 'x'), RangeError);
    assert.throws(
      () => chooseShard([{ id: 'a', status: 'active', labels: { country: 'DE' } }], 'x'),
      RangeError,
    );
  });

  it('moves only users who now belong to a shard that was added', () => {
    fc.assert(
      fc.property(shards, subject, scope, labels, (map, who, where, labelled) => {
        const added: Shard = { id: 'added', status: 'active', labels: labelled };
        const before = chosen(map, who, where);
        const after = chosen([...map, added], who, where);
        assert.ok(after?.id === before?.id || after === added);
      }),
    );
  });

  it('moves only the users of a shard that is full', () => {
    fc.assert(
      fc.property(shards, subject, fc.nat(), (map, who, at) => {
        const plain = map.map(({ id, status }): Shard => ({ id, status }));
        const full = plain[at % Math.max(1, plain.length)];
        const before = chosen(plain, who, {});
        fc.pre(full !== undefined && before !== undefined && before !== full);
        const after = chosen(
          plain.map((shard) => (shard === full ? { ...shard, status: 'full' as const } : shard)),
          who,
          {},
        );
        assert.equal(after?.id, before.id);
      }),
    );
  });

  it('spreads users evenly, and an added shard takes its share from all', () => {
    const map = ['s0', 's1', 's2', 's3'].map((id): Shard => ({ id, status: 'active' }));
    const more: Shard[] = [...map, { id: 's4', status: 'active' }];
    const users = subjects(20_000);
    const held = new Map<string, number>();
    const moved = new Map<string, number>();
    for (const who of users) {
      const [{ id }, { id: now }] = [chooseShard(map, who), chooseShard(more, who)];
      held.set(id, (held.get(id) ?? 0) + 1);
      if (now !== id) moved.set(id, (moved.get(id) ?? 0) + 1);
    }
    // Four standard deviations of a fair draw: 4·√(20000·¼·¾) ≈ 245, and 4·√(20000·1/20·19/20) ≈ 123.
    for (const { id } of map) {
      assert.ok(Math.abs((held.get(id) ?? 0) - 5_000) < 245, `${id} holds ${held.get(id)} of 20000`);
      assert.ok(Math.abs((moved.get(id) ?? 0) - 1_000) < 123, `${id} gave up ${moved.get(id)} of 20000`);
    }
  });

  it('spreads users whose ids differ in the last letters only', () => {
    const map = ['s0', 's1', 's2'].map((id): Shard => ({ id, status: 'active' }));
    const held = new Map<string, number>();
    for (let i = 0; i < 9_000; i++) {
      const { id } = chooseShard(map, `aaaaaaaaaaaaaaaaaaaaaa${i}`);
      held.set(id, (held.get(id) ?? 0) + 1);
    }
    for (const { id } of map)
      assert.ok(Math.abs((held.get(id) ?? 0) - 3_000) < 200, `${id}: ${held.get(id)}`);
  });
});

describe('shardsToSearch', () => {
  it('asks every shard that may hold faces when there is no scope', () => {
    fc.assert(
      fc.property(shards, (map) => {
        const unretired = map.filter(({ status }) => status !== 'retired');
        assert.deepEqual(shardsToSearch(map), unretired);
        assert.deepEqual(shardsToSearch(map, {}), unretired);
      }),
    );
  });

  it('leaves out only retired shards and those that a label rules out', () => {
    fc.assert(
      fc.property(shards, scope, (map, where) => {
        const asked = shardsToSearch(map, where);
        for (const shard of map.filter((each) => !asked.includes(each))) {
          const ruledOut = Object.entries(shard.labels ?? {}).some(
            ([name, value]) => has(where, name) && where[name] !== value,
          );
          assert.ok(shard.status === 'retired' || ruledOut, JSON.stringify({ shard, where }));
        }
      }),
    );
  });

  it('asks the shard a user was placed in, with the same scope, a wider one, or none', () => {
    fc.assert(
      fc.property(shards, subject, scope, (map, who, where) => {
        const home = chosen(map, who, where);
        fc.pre(home !== undefined);
        const names = Object.keys(where);
        for (let kept = 0; kept <= names.length; kept++) {
          const wider = Object.fromEntries(names.slice(0, kept).map((name) => [name, where[name] ?? '']));
          assert.ok(shardsToSearch(map, wider).includes(home), JSON.stringify({ home, wider }));
        }
      }),
    );
  });

  it('still asks it after it became full or draining', () => {
    fc.assert(
      fc.property(shards, subject, fc.constantFrom('full', 'draining'), (map, who, status) => {
        const home = chosen(map, who, {});
        fc.pre(home !== undefined);
        const later = map.map((shard) => (shard === home ? { ...shard, status } : shard));
        assert.ok(shardsToSearch(later).some(({ id }) => id === home.id));
      }),
    );
  });
});

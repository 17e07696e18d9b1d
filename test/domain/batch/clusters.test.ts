import assert from 'node:assert/strict';
import fc from 'fast-check';
import { clustersOf, type FacePair } from '../../../domain/batch/clusters.js';

const pair = (first: string, second: string): FacePair => ({
  first: { subject: first[0] ?? '', faceKey: first },
  second: { subject: second[0] ?? '', faceKey: second },
  similarity: 99,
});

const pairs = fc.uniqueArray(
  fc
    .tuple(fc.constantFrom(...'abcdefghij'), fc.constantFrom(...'abcdefghij'), fc.nat(2), fc.nat(2))
    .filter(([a, b]) => a !== b)
    .map(([a, b, i, j]) => pair(...([`${a}${i}`, `${b}${j}`].sort() as [string, string]))),
  { selector: ({ first, second }) => first.faceKey + second.faceKey, maxLength: 15 },
);

describe('clustersOf', () => {
  it('puts users together who are connected over others', () => {
    const found = clustersOf([pair('d1', 'e1'), pair('b1', 'c1'), pair('a1', 'b2'), pair('a1', 'b1')]);
    assert.deepEqual(
      found.map(({ id, subjects, pairs: of }) => [
        id,
        subjects.join(''),
        of.map((each) => each.second.faceKey),
      ]),
      [
        ['a', 'abc', ['b1', 'b2', 'c1']],
        ['d', 'de', ['e1']],
      ],
    );
    assert.deepEqual(clustersOf([]), []);
  });

  it('does not depend on the order of the pairs', () => {
    const shuffled = pairs.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, ([all, other]) => {
        assert.deepEqual(clustersOf(other), clustersOf(all));
      }),
    );
  });

  it('has every pair once, and every user in one cluster with all whom a way of pairs leads to', () => {
    fc.assert(
      fc.property(pairs, (all) => {
        const clusters = clustersOf(all);
        assert.equal(clusters.flatMap((cluster) => cluster.pairs).length, all.length);
        const users = clusters.flatMap(({ subjects }) => subjects);
        assert.equal(new Set(users).size, users.length);
        for (const cluster of clusters) {
          const reached = new Set([cluster.id]);
          for (const _ of cluster.subjects)
            for (const { first, second } of cluster.pairs)
              if (reached.has(first.subject) || reached.has(second.subject))
                reached.add(first.subject).add(second.subject);
          assert.deepEqual([...reached].sort(), cluster.subjects);
        }
      }),
    );
  });

  it('is quick for a chain of a hundred thousand', () => {
    const chain = Array.from({ length: 100_000 }, (_, at): FacePair => {
      const [a, b] = [`s${at}`, `s${at + 1}`];
      return { first: { subject: b, faceKey: b }, second: { subject: a, faceKey: a }, similarity: 99 };
    });
    assert.equal(clustersOf(chain).length, 1);
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createArena } from '../../../local/rekognition/collections/arena.js';
import { createScanner } from '../../../local/rekognition/collections/scanner.js';
import { createVectorTable } from '../../../local/rekognition/collections/vector-table.js';
import { dot } from '../../../local/rekognition/similarity.js';
import { vectorOf } from './vectors.js';

describe('vector search', function () {
  this.timeout(30_000);

  it('finds what plain JavaScript finds, in any order of adding and removing', async () => {
    const arena = createArena();
    const scanner = createScanner(arena);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ seed: fc.integer({ min: 1, max: 60 }), remove: fc.boolean() }), {
          maxLength: 80,
        }),
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: -0.2, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 12 }),
        async (steps, wanted, minimum, limit) => {
          const table = createVectorTable(arena, scanner);
          const plain = new Map<number, Float32Array>();
          for (const { seed, remove } of steps) {
            const [first] = plain.keys();
            if (remove && first !== undefined) {
              table.remove(first);
              plain.delete(first);
            } else plain.set(table.add(vectorOf(seed)), vectorOf(seed));
          }
          const query = vectorOf(wanted);
          const expected = [...plain.values()].map((vector) => dot(query, vector)).sort((a, b) => b - a);
          const cosines = (await table.search(query, minimum, limit)).map(({ cosine }) => cosine);
          const surely = expected.filter((cosine) => cosine > minimum + 1e-4).slice(0, limit);
          const maybe = expected.filter((cosine) => cosine > minimum - 1e-4).slice(0, limit);
          assert.ok(cosines.length >= surely.length && cosines.length <= maybe.length);
          cosines.forEach((cosine, i) => {
            assert.ok(Math.abs(cosine - (expected[i] as number)) < 1e-4);
          });
          table.free();
        },
      ),
      { numRuns: 60 },
    );
    await scanner.close();
  });

  it('finds the same in threads as at once', async () => {
    const arena = createArena();
    const scanner = createScanner(arena);
    const table = createVectorTable(arena, scanner);
    for (let seed = 1; seed <= 5000; seed++) table.add(vectorOf(seed));
    for (const seed of [1, 2600, 5000]) {
      const [best, second] = await table.search(vectorOf(seed), 0, 2);
      assert.equal(best?.slot, seed - 1);
      assert.ok((best?.cosine as number) > 0.9999 && (second?.cosine as number) < 0.5);
    }
    assert.equal((await table.search(vectorOf(1), -1, 4096)).length, 4096);
    await scanner.close();
  });
});

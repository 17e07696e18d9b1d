import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { appendFile, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import type { Collection, NewFace } from '../../../local/rekognition/collections/collection.js';
import { openCollectionStore } from '../../../local/rekognition/collections/store.js';
import { vectorOf } from './vectors.js';

function newFace(seed: number, externalImageId = `person-${seed}`): NewFace {
  const boundingBox = { Width: 0.5, Height: 0.5, Left: 0.1, Top: 0.2 };
  const [faceId, imageId] = [randomUUID(), randomUUID()];
  const face = {
    faceId,
    imageId,
    externalImageId,
    boundingBox,
    confidence: 99,
    indexedAt: Date.now(),
    imageHash: `${seed}`,
  };
  return { face, vector: vectorOf(seed) };
}

const once = { duplicateRule: true };
const all = { minimum: -1, limit: 10, delayMs: 0 };

describe('collections on disk', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'twin-collections-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const file = async (): Promise<string> => path.join(folder, (await readdir(folder))[0] as string);
  const filled = async (count: number): Promise<string[]> => {
    const store = await openCollectionStore({ folder });
    const collection = (await store.create('people', { faceModelVersion: '7.0' })) as Collection;
    const faces = Array.from({ length: count }, (_, i) => newFace(i + 1));
    await Promise.all(faces.map((face) => collection.add([face], once)));
    await store.close();
    return faces.map(({ face }) => face.faceId);
  };

  it('are there again after a restart, with faces, removals, tags and model version', async () => {
    const ids = await filled(5);
    const first = await openCollectionStore({ folder });
    await first.get('people')?.tag({ team: 'blue' });
    assert.deepEqual(await first.get('people')?.remove([ids[2] as string, 'nobody']), [ids[2]]);
    await first.close();

    const store = await openCollectionStore({ folder });
    const people = store.get('people') as Collection;
    assert.deepEqual(
      [people.faceCount, people.tags, people.metadata.faceModelVersion],
      [4, { team: 'blue' }, '7.0'],
    );
    const [best] = await people.search(vectorOf(4), all);
    assert.equal(best?.face.faceId, ids[3]);
    assert.equal(best?.face.externalImageId, 'person-4');
    await store.close();
  });

  it('lose only a half-written end', async () => {
    const ids = await filled(3);
    await truncate(await file(), (await stat(await file())).size - 100);
    const store = await openCollectionStore({ folder });
    assert.equal(store.get('people')?.faceCount, 2);
    await store.get('people')?.add([newFace(9)], once);
    await store.close();
    const again = await openCollectionStore({ folder });
    assert.equal(again.get('people')?.faceCount, 3);
    assert.ok(again.get('people')?.find(ids[1] as string, { delayMs: 0 }));
    await again.close();
  });

  it('survive any cut: what is left is a prefix of what was added', async () => {
    const ids = await filled(4);
    const whole = await readFile(await file());
    const name = await file();
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length }), async (length) => {
        await writeFile(name, whole.subarray(0, length));
        const store = await openCollectionStore({ folder });
        const people = store.get('people');
        const kept = ids.map((id) => people?.find(id, { delayMs: 0 }) !== undefined);
        assert.equal(kept.lastIndexOf(true) + 1, people?.faceCount ?? 0);
        await store.close();
      }),
      { numRuns: 25 },
    );
  });

  it('say which file is damaged in its middle', async () => {
    await filled(3);
    const bytes = await readFile(await file());
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 255;
    await writeFile(await file(), bytes);
    await assert.rejects(openCollectionStore({ folder }), /\.faces is damaged at byte \d+/);
  });

  it('drop a collection whose creation was cut short', async () => {
    const store = await openCollectionStore({ folder });
    await store.create('people', { faceModelVersion: '7.0' });
    await store.close();
    await truncate(await file(), 5);
    const again = await openCollectionStore({ folder });
    assert.deepEqual([again.list(), await readdir(folder)], [[], []]);
    await again.close();
  });

  it('do not mind garbage shorter than a frame behind the last record', async () => {
    await filled(2);
    await appendFile(await file(), Buffer.from([1, 2, 3]));
    const store = await openCollectionStore({ folder });
    assert.equal(store.get('people')?.faceCount, 2);
    await store.close();
  });

  it('exist once somebody is told that they do', async () => {
    const store = await openCollectionStore({ folder });
    const create = async () => {
      const created = await store.create('people', { faceModelVersion: '7.0' });
      assert.ok(store.get('people'));
      return created !== undefined;
    };
    assert.deepEqual(await Promise.all([create(), create(), create()]), [true, false, false]);
    await store.close();
  });

  it('are created anew as soon as the old one of their name is deleted', async () => {
    const store = await openCollectionStore({ folder });
    const options = { faceModelVersion: '7.0' };
    await store.create('people', options);
    const deleting = [store.delete('people'), store.delete('people')];
    const people = await store.create('people', options);
    assert.deepEqual(await Promise.all(deleting), [true, false]);
    await people?.add([newFace(1)], once);
    await store.close();
    const again = await openCollectionStore({ folder });
    assert.equal(again.get('people')?.faceCount, 1);
    await again.close();
  });

  it('leave no file behind when deleted, and keep names apart that differ in case', async () => {
    const store = await openCollectionStore({ folder });
    await store.create('A', { faceModelVersion: '7.0' });
    await store.create('a', { faceModelVersion: '7.0' });
    await store.create('.'.repeat(255), { faceModelVersion: '7.0' });
    assert.equal(await store.create('A', { faceModelVersion: '7.0' }), undefined);
    assert.deepEqual([await store.delete('A'), await store.delete('A')], [true, false]);
    assert.equal((await readdir(folder)).length, 2);
    await store.close();
  });
});

describe('a collection', () => {
  const collectionWith = async (faces: NewFace[]): Promise<Collection> => {
    const store = await openCollectionStore();
    const collection = (await store.create('people', { faceModelVersion: '7.0' })) as Collection;
    await collection.add(faces, once);
    return collection;
  };

  it('names the known face instead of storing it twice, unless told otherwise', async () => {
    const people = await collectionWith([newFace(1)]);
    const [known] = await people.add([newFace(1)], once);
    assert.equal(people.faceCount, 1);
    const [other] = await people.add([newFace(1)], { duplicateRule: false });
    assert.notEqual(other?.faceId, known?.faceId);
    await people.add([newFace(1, 'somebody-else')], once);
    assert.equal(people.faceCount, 3);
  });

  it('stores a face once when it comes twice at the same time', async () => {
    const people = await collectionWith([]);
    const answers = await Promise.all([1, 2, 3].map(() => people.add([newFace(7)], once)));
    assert.deepEqual([people.faceCount, new Set(answers.map(([face]) => face?.faceId)).size], [1, 1]);
  });

  it('shows faces only after the visibility delay, without losing places to hidden ones', async () => {
    const old = newFace(1);
    old.face.indexedAt -= 60_000;
    const people = await collectionWith([old, newFace(1, 'new'), newFace(1, 'newer')]);
    const matches = await people.search(vectorOf(1), { ...all, limit: 1, delayMs: 30_000 });
    assert.deepEqual(
      matches.map(({ face }) => face.faceId),
      [old.face.faceId],
    );
    assert.equal(people.page(0, 10, { delayMs: 30_000 }).faces.length, 1);
    assert.equal((await people.search(vectorOf(1), all)).length, 3);
  });

  it('pages through all its faces', async () => {
    const people = await collectionWith(Array.from({ length: 7 }, (_, i) => newFace(i + 1)));
    const seen: string[] = [];
    for (let from: number | undefined = 0; from !== undefined; ) {
      const page: ReturnType<Collection['page']> = people.page(from, 3, { delayMs: 0 });
      seen.push(...page.faces.map(({ faceId }) => faceId));
      from = page.next;
    }
    assert.equal(new Set(seen).size, 7);
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readRange, splitSource } from '../../../activities/batch/split-source.js';
import type { Archive } from '../../../activities/ports/archive.js';
import type { SourcePosition, Split } from '../../../domain/batch/chunk.js';
import type { BatchSource, ManifestSource, SourceItem } from '../../../domain/batch/source.js';
import { archiveOf } from './archive-of.js';

const tenant = { account: 'a', mode: 'test' as const };

/** Splits until the end, a few ranges at a time. */
async function splitAll(
  archive: Archive,
  source: BatchSource,
  size: { chunkItems: number; remaining?: number },
) {
  const chunks: Split['chunks'][number][] = [];
  let position: SourcePosition | undefined;
  let { remaining } = size;
  for (;;) {
    const request = { tenant, source, chunkItems: size.chunkItems, chunks: 2 };
    const split = await splitSource(
      { archive },
      {
        ...request,
        ...(position ? { position } : {}),
        ...(remaining === undefined ? {} : { remaining }),
      },
    );
    chunks.push(...split.chunks);
    if (remaining !== undefined) remaining -= split.chunks.reduce((sum, { items }) => sum + items, 0);
    position = split.position;
    if (!position) return chunks;
  }
}

async function itemsOf(archive: Archive, source: BatchSource, chunkItems = 3): Promise<SourceItem[]> {
  const items: SourceItem[] = [];
  for (const { range, items: count } of await splitAll(archive, source, { chunkItems })) {
    const read = await readRange({ archive }, source, range);
    assert.equal(read.length, count);
    assert.deepEqual(await readRange({ archive }, source, range), read);
    items.push(...read);
  }
  return items;
}

describe('splitting a prefix', () => {
  const source = { kind: 'prefix', bucket: 'b', prefix: 'p/', userId: 'p/{user_id}.jpg' } as const;

  it('covers every key once, in the order of S3, whatever the pages and chunks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 }), { maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 5 }),
        async (names, page, chunkItems) => {
          const objects = new Map(names.map((name) => [`p/${name}.jpg`, 'x']));
          objects.set('other/1.jpg', 'x');
          const items = await itemsOf(archiveOf(objects, page), source, chunkItems);
          const keys = names.map((name) => `p/${name}.jpg`);
          assert.deepEqual(items.map(({ key }) => key).sort(), keys.sort());
        },
      ),
      { numRuns: 60 },
    );
  });

  it('says whose photo each is, where the key tells', async () => {
    const objects = new Map([
      ['p/Ann.jpg', 'x'],
      ['p/text.txt', ''],
    ]);
    const items = await itemsOf(archiveOf(objects), source);
    assert.deepEqual(
      items.map(({ userId, size }) => [userId, size]),
      [
        ['Ann', 1],
        [undefined, 0],
      ],
    );
  });

  it('ends where the limit does', async () => {
    const objects = new Map(Array.from({ length: 20 }, (_, i) => [`p/${i}.jpg`, 'x']));
    const chunks = await splitAll(archiveOf(objects), source, { chunkItems: 3, remaining: 7 });
    assert.deepEqual(
      chunks.map(({ items }) => items),
      [3, 3, 1],
    );
  });
});

describe('splitting a manifest', () => {
  const csv = (changes: Partial<ManifestSource> = {}): ManifestSource => ({
    kind: 'manifest',
    bucket: 'b',
    key: 'list',
    format: 'csv',
    columns: { key: 'key', userId: 'user' },
    ...changes,
  });
  const of = (text: string | Uint8Array, source = csv(), chunkItems = 3) =>
    itemsOf(archiveOf(new Map([['list', text]])), source, chunkItems);
  const told = (items: SourceItem[]) =>
    items.map(({ key, userId, line, broken }) => broken ?? [line, key, userId]);

  it('reads quotes, line breaks inside of them, a mark of the byte order, CRLF, blank lines and other columns', async () => {
    const text = '\uFEFFuser,key,dept\r\nu1,a.jpg,x\r\n"u,2","b ""2""\r\nb.jpg",\r\n\r\nu3,ü.jpg,"y\nz"';
    const items = await of(text);
    assert.deepEqual(told(items), [
      [2, 'a.jpg', 'u1'],
      [3, 'b "2"\r\nb.jpg', 'u,2'],
      [6, 'ü.jpg', 'u3'],
    ]);
    assert.deepEqual(
      items.map(({ attributes }) => attributes),
      [{ dept: 'x' }, undefined, { dept: 'y\nz' }],
    );
  });

  it('reports a broken line and goes on with the next one', async () => {
    const lines = ['key,user', 'a,1', 'b,2,3', 'c,"3', 'd,4', 'e,"5"x', 'f,6"', ',7', 'g,"8"', 'h,"9'];
    assert.deepEqual(told(await of(lines.join('\n'))), [
      [2, 'a', '1'],
      'line_unreadable',
      'line_unreadable',
      [5, 'd', '4'],
      'line_unreadable',
      'line_unreadable',
      'key_missing',
      [9, 'g', '8'],
      'line_unreadable',
    ]);
  });

  it('takes bytes that are no UTF-8 for a broken line', async () => {
    const text = Buffer.concat([Buffer.from('key,user\na'), Buffer.from([0xff]), Buffer.from(',1\nb,2\n')]);
    assert.deepEqual(told(await of(text)), ['line_unreadable', [3, 'b', '2']]);
  });

  it('reads JSON Lines, with user ids that are numbers', async () => {
    const text =
      '{"key":"a","user":7,"on":true}\n\nnull\n{"user":"x"}\n{"key":"b"}\r\n{"key":"c","user":"C"}';
    assert.deepEqual(told(await of(text, csv({ format: 'jsonl' }))), [
      [1, 'a', '7'],
      'line_unreadable',
      'key_missing',
      [5, 'b', undefined],
      [6, 'c', 'C'],
    ]);
  });

  it('stops in the midst of blank lines, and goes on from there', async () => {
    const text = Buffer.concat([
      Buffer.from('key,user\n'),
      Buffer.alloc(5_000_000, '\n'),
      Buffer.from('a,1\n'),
    ]);
    const archive = archiveOf(new Map([['list', text]]));
    const asked = { tenant, source: csv(), chunkItems: 5, chunks: 2 };
    const { chunks, position } = await splitSource({ archive }, asked);
    assert.ok(chunks.length === 0 && position?.kind === 'bytes' && position.from < 4_500_000);
    const next = await splitSource({ archive }, { ...asked, position });
    assert.deepEqual([next.chunks.map(({ items }) => items), next.position], [[1], undefined]);
  });

  it('takes no number that has lost digits for an id of JSON, and nothing else that is no text', async () => {
    const ids = [
      '12345678901234567890',
      '12345678901234567891',
      'false',
      '{"id":1}',
      '1.5',
      '9007199254740991',
    ];
    const text = ids.map((id) => `{"key":"a","user":${id}}\n`).join('');
    const no = 'user_id_invalid';
    const last = [6, 'a', '9007199254740991'];
    assert.deepEqual(told(await of(text, csv({ format: 'jsonl' }))), [no, no, no, no, no, last]);
    assert.deepEqual(told(await of('{"key":false,"user":"u"}\n', csv({ format: 'jsonl' }))), [
      'line_unreadable',
    ]);
  });

  it('takes the user id from the key where there is no column', async () => {
    const source = csv({ columns: { key: 'key' }, userId: 'x/{user_id}.jpg' });
    assert.deepEqual(told(await of('key\nx/1.jpg\ny/2.jpg\n', source)), [
      [2, 'x/1.jpg', '1'],
      [3, 'y/2.jpg', undefined],
    ]);
  });

  it('finds the same items whatever the chunks, and as many lines as were written', async () => {
    const field = fc.string({ unit: fc.constantFrom('a', 'ä', '"', ',', '\n', '\r\n', ' '), maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(field, field), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 4 }),
        async (rows, chunkItems) => {
          const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
          const text = `key,user\n${rows.map((row) => `${row.map(quoted).join(',')}\n`).join('')}`;
          const items = await itemsOf(archiveOf(new Map([['list', text]])), csv(), chunkItems);
          assert.deepEqual(
            items.map(({ key, userId, broken }) => (broken ? ['', ''] : [key, userId ?? ''])),
            rows.map(([key, user]) => (key === '' ? ['', ''] : [key, user])),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('holds no more than a record where nothing ends', async () => {
    const line = `${'x'.repeat(99)}\n`;
    const items = await of(`key,user\na,1\n"${line.repeat(3_000)}`, csv(), 5_000);
    assert.deepEqual(told(items.slice(0, 2)), [[2, 'a', '1'], 'line_unreadable']);
    assert.equal(items.length, 3_001);
  });

  for (const [what, text] of [
    ['lacks a column', 'key,other\na,1\n'],
    ['is empty', ''],
  ] as const) {
    it(`needs an operator where the manifest ${what}`, async () => {
      await assert.rejects(of(text), { type: 'OperatorMustAct' });
    });
  }

  it('needs an operator where the manifest is gone, or another one than before', async () => {
    const objects = new Map([['list', 'key,user\na,1\nb,2\n']]);
    const archive = archiveOf(objects);
    const [first] = await splitAll(archive, csv(), { chunkItems: 1 });
    assert.ok(first);
    objects.set('list', 'key,user\na,1\nb,3\n');
    await assert.rejects(readRange({ archive }, csv(), first.range), /changed/);
    objects.clear();
    await assert.rejects(splitAll(archive, csv(), { chunkItems: 1 }), /not there/);
  });
});

import assert from 'node:assert/strict';
import { unusable } from '../../../activities/batch/look-at-item.js';
import { readManifestRange, splitManifest } from '../../../activities/batch/sources/manifest.js';
import { nextCsvRecord, nextLine } from '../../../activities/batch/sources/records.js';
import type { SourcePosition } from '../../../domain/batch/chunk.js';
import type { ManifestSource, SourceItem } from '../../../domain/batch/source.js';

type Position = Extract<SourcePosition, { kind: 'bytes' }>;

const MB = 1_000_000;
const RECORDS = {
  csv: { header: 'key,user\n', first: 'a,1\n', last: '\nb,2\n' },
  jsonl: { header: '', first: '{"key":"a","user":"1"}\n', last: '\n{"key":"b","user":"2"}\n' },
};
type Format = keyof typeof RECORDS;

/** Whatever it is, between two good records. */
const among = (format: Format, ...parts: readonly (string | Uint8Array)[]) => {
  const { header, first, last } = RECORDS[format];
  return Buffer.concat([header, first, ...parts, last].map((part) => Buffer.from(part)));
};

/** Reads a manifest as a job does, and counts what that takes. */
async function readAll(content: Uint8Array, format: Format) {
  const source: ManifestSource = {
    ...{ kind: 'manifest', bucket: 'b', key: 'list', format },
    columns: { key: 'key', userId: 'user' },
  };
  const took = { splits: 0, reads: 0, bytes: 0 };
  const archive = {
    async read(_: unknown, _key: string, range?: { from: number; to: number }) {
      const bytes = content.subarray(range?.from ?? 0, range?.to);
      took.reads += 1;
      took.bytes += bytes.length;
      return { bytes, size: content.length, etag: 'e' };
    },
  };
  const items: SourceItem[] = [];
  let position: Position | undefined;
  do {
    const split = await splitManifest(archive, source, position, { chunkItems: 1_000, chunks: 8 });
    took.splits += 1;
    for (const { range, items: count } of split.chunks) {
      assert.equal(range.kind, 'bytes');
      const found = range.kind === 'bytes' ? await readManifestRange(archive, source, range) : [];
      assert.equal(found.length, count);
      items.push(...found);
    }
    position = split.position as Position | undefined;
  } while (position);
  return { told: items.map((item) => [item.line, unusable(source, item) ?? item.userId]), items, took };
}

describe('a manifest that nobody should have written', () => {
  for (const next of [nextLine, nextCsvRecord])
    it(`has its blank lines passed over in one step, however many (${next.name})`, () => {
      const bytes = Buffer.from(`${'\n'.repeat(3 * MB)}${'\r\n'.repeat(MB)}\ra,1\n`);
      const step = { start: 0, end: 5 * MB, lines: 4 * MB, blank: true };
      assert.deepEqual(next(bytes, 0, false), step);
      // A CR that no LF follows begins the next record.
      assert.deepEqual(next(bytes, 5 * MB, false), { start: 5 * MB, end: bytes.length, lines: 1 });
      assert.equal(next(Buffer.from('\r'), 0, false), undefined);
    });

  for (const format of ['csv', 'jsonl'] as const) {
    it(`may be blank lines for the most part (${format})`, async () => {
      const { told, took } = await readAll(among(format, Buffer.alloc(10 * MB, '\n')), format);
      const first = format === 'csv' ? 2 : 1;
      const last = [first + 10 * MB + 2, '2'];
      assert.deepEqual(told, [[first, '1'], last]);
      assert.ok(took.reads < 25 && took.splits < 6, JSON.stringify(took));
    });

    it(`has a line of 50 MB rejected once, and goes on behind it (${format})`, async () => {
      const { told, took } = await readAll(among(format, '"', Buffer.alloc(50 * MB, 'x')), format);
      const first = format === 'csv' ? 2 : 1;
      assert.deepEqual(told, [
        [first, '1'],
        [first + 1, 'line_unreadable'],
        [first + 2, '2'],
      ]);
      assert.ok(took.bytes < 70 * MB && took.splits < 20, JSON.stringify(took));
    });
  }

  it('goes on in the midst of what is too long, whatever follows, and wherever it is cut', async () => {
    for (const length of [262_143, 262_144, 262_145, 4 * MB, 8 * MB]) {
      const lines = among('csv', Buffer.alloc(length, 'x'), '\n\n', Buffer.alloc(length, 'y'));
      const { told } = await readAll(lines, 'csv');
      assert.deepEqual(told, [
        [2, '1'],
        [3, 'line_unreadable'],
        [5, 'line_unreadable'],
        [6, '2'],
      ]);
    }
    const { told } = await readAll(Buffer.from(`key,user\n${'x'.repeat(MB)}`), 'csv');
    assert.deepEqual(told, [[2, 'line_unreadable']]);
  });

  it('has a quote that is never closed, before very many lines', async () => {
    const { items, took } = await readAll(among('csv', '"', 'x,1\n'.repeat(50_000)), 'csv');
    const broken = items.filter(({ broken }) => broken);
    assert.deepEqual([items.length, broken.length, broken[0]?.line], [50_002, 1, 3]);
    assert.ok(took.reads < 150, JSON.stringify(took));
  });

  const refused: [what: string, content: Uint8Array | string, format: Format, says: RegExp][] = [
    ['is UTF-16', Buffer.from('\ufeffkey,user\na,1\n', 'utf16le'), 'csv', /in UTF-16\. Save it as UTF-8/],
    ['is UTF-16 the other way', Buffer.from('\ufeffkey,user\n', 'utf16le').swap16(), 'csv', /in UTF-16/],
    ['is UTF-16 without a mark', Buffer.from('key,user\n', 'utf16le'), 'csv', /in UTF-16/],
    ['is UTF-16, in JSON Lines', Buffer.from('\ufeff{"key":"a"}\n', 'utf16le'), 'jsonl', /in UTF-16/],
    ['has lines that end in CR', 'key,user\ra,1\rb,2\r', 'csv', /end in CR alone.* LF, or CRLF/],
    ['has two columns of the key', 'key,key,user\na,b,1\n', 'csv', /the column "key" twice/],
    ['has two columns of another name', 'key,user,x,x\na,1,2,3\n', 'csv', /the column "x" twice/],
    ['is one line of 50 MB', Buffer.alloc(50 * MB, 'x'), 'csv', /no header that can be read/],
    ['has a header without end', `"${'k'.repeat(300_000)}`, 'csv', /no header that can be read/],
  ];
  for (const [what, content, format, says] of refused)
    it(`is refused with what to do where it ${what}`, async () => {
      const read = readAll(Buffer.from(content), format);
      await assert.rejects(read, { type: 'OperatorMustAct', message: says });
    });

  it('has zero bytes, CRLF, a CR in the midst of a line, and columns without a name', async () => {
    const lines = ['key,user,,', 'a\0,1,,\r', 'b,\0,,\r', '\0', 'c,3,,\rd,4,,', 'e,5,x,\r', ''];
    const { told, items } = await readAll(Buffer.from(lines.join('\n')), 'csv');
    assert.deepEqual(told, [
      [2, '1'],
      [3, 'user_id_invalid'],
      [4, 'line_unreadable'],
      [5, 'line_unreadable'],
      [6, '5'],
    ]);
    assert.equal(items.at(-1)?.attributes, undefined);
  });

  it('nests 100,000 brackets, has numbers that are none, halves of characters, and names of Object', async () => {
    const deep = 100_000;
    const lines = [
      '['.repeat(deep),
      `{"key":"a","user":"1","x":${'['.repeat(deep)}${']'.repeat(deep)}}`,
      `{"key":"a","user":"1","x":${'{"x":'.repeat(30_000)}1${'}'.repeat(30_000)}}`,
      `{"key":"a","user":${'9'.repeat(deep)}}`,
      '{"key":"a","user":1e400}',
      '{"key":"a\\ud800","user":"1"}',
      '{"key":"a","user":"\\ud800"}',
      '{"__proto__":{"key":"a","user":"1"}}',
      '{"key":"b","user":"2","__proto__":"x","constructor":"y","toString":"z"}',
    ];
    const { told, items } = await readAll(Buffer.from(lines.join('\n')), 'jsonl');
    const reasons = told.map(([, reason]) => reason);
    assert.deepEqual(reasons, [
      ...['line_unreadable', 'line_unreadable', 'line_unreadable', 'user_id_invalid', 'user_id_invalid'],
      ...['not_found', 'user_id_invalid', 'key_missing', '2'],
    ]);
    const { attributes = {} } = items.at(-1) ?? {};
    assert.deepEqual(Object.entries(attributes), [
      ['__proto__', 'x'],
      ['constructor', 'y'],
      ['toString', 'z'],
    ]);
    assert.equal(Object.getPrototypeOf(attributes), Object.prototype);
    assert.equal(({} as { key?: string }).key, undefined);
  });
});

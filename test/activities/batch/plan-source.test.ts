import assert from 'node:assert/strict';
import { CancelledFailure } from '@temporalio/common';
import { planSource } from '../../../activities/batch/plan-source.js';
import type { BatchSpec } from '../../../domain/batch/job.js';
import type { BatchSource } from '../../../domain/batch/source.js';
import type { SourceSurvey } from '../../../domain/batch/survey.js';
import type { Tenant } from '../../../domain/session.js';
import { attempt } from '../support/try-of.js';
import { archiveOf } from './archive-of.js';

const tenant: Tenant = { account: 'a', mode: 'test' };
const JPEG = new Uint8Array([0xff, 0xd8, 0xff, 0xe0]);
const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

const prefix: BatchSource = { kind: 'prefix', bucket: 'b', prefix: 'p/', userId: 'p/{user_id}.jpg' };

const spec = (source: BatchSource, limit?: number): BatchSpec => ({
  ...{ source, onExisting: 'skip', precheck: false, rates: {}, windows: [] },
  policy: { name: 'default', version: 1 },
  ...(limit === undefined ? {} : { limit }),
});

/** Looks at objects; two shards, of which one has no collection. */
function look(
  objects: Map<string, string | Uint8Array>,
  of: BatchSpec,
  more: { last?: unknown; denied?: string; cancelAtBeat?: true; listed?: string[] } = {},
) {
  const { last, denied, cancelAtBeat, listed = [] } = more;
  const all = archiveOf(objects);
  const archive: typeof all = {
    ...all,
    read: async (bucket, key, range) => (key === denied ? undefined : all.read(bucket, key, range)),
    look: async (bucket, key) => (key === denied ? 'denied' : all.look(bucket, key)),
  };
  const ports = {
    archive: {
      ...archive,
      list: (...args: Parameters<typeof archive.list>) => {
        listed.push(args[1].after ?? '');
        return archive.list(...args);
      },
    },
    shardMap: {
      shards: async () => [
        { id: 's0', status: 'active' as const },
        { id: 's1', status: 'active' as const },
        { id: 's2', status: 'full' as const },
        { id: 's3', status: 'retired' as const },
      ],
      generation: async () => '1',
      collection: (_: Tenant, { id }: { id: string }) => `c-${id}`,
    },
    collections: {
      listFaces: async () => undefined,
      countFaces: async ({ collection }: { collection: string }) => (collection === 'c-s0' ? 7 : undefined),
    },
  };
  const beats: unknown[] = [];
  const env = attempt(2, last);
  env.on('heartbeat', (details: unknown) => {
    beats.push(details);
    if (cancelAtBeat) env.cancel();
  });
  const survey: Promise<SourceSurvey> = env.run(() =>
    planSource(ports, { tenant, spec: of, elsewhere: false }),
  );
  return survey.then((found) => ({ found, beats, listed }));
}

describe('a look at the source of a batch job', () => {
  it('counts every object, says what cannot be used, and looks at some from all over', async () => {
    const names = Array.from({ length: 300 }, (_, at) => `p/${String(at).padStart(3, '0')}.jpg`);
    const objects = new Map<string, Uint8Array>(names.map((name, at) => [name, at % 2 ? JPEG : PNG]));
    objects.set('p/empty.jpg', new Uint8Array()).set('p/other.gif', JPEG).set('q/1.jpg', JPEG);
    const { found } = await look(objects, spec(prefix));
    assert.equal(found.items, 302);
    assert.deepEqual(found.unusable, { empty_file: 1, key_not_matched: 1 });
    assert.equal(found.bytes, 150 * JPEG.length + 150 * PNG.length);
    const { looked, jpeg, png, other } = found.sample;
    assert.ok(looked >= 32 && looked <= 64, `${looked}`);
    assert.deepEqual([jpeg + png, other], [looked, 0]);
    assert.deepEqual(found.shards, [
      { shard: 's0', collection: 'c-s0', faces: 7 },
      { shard: 's1', collection: 'c-s1' },
      { shard: 's2', collection: 'c-s2', takesNew: false },
    ]);
  });

  it('goes on where the try before was broken off, and ends with the same', async () => {
    const names = Array.from({ length: 20_500 }, (_, at) => `p/${String(at).padStart(6, '0')}.jpg`);
    const objects = new Map<string, Uint8Array>(names.map((name) => [name, JPEG]));
    const { found: whole, beats } = await look(objects, spec(prefix));
    assert.equal(whole.items, 20_500);
    const again = await look(objects, spec(prefix), { last: beats[0] });
    assert.deepEqual(again.found, whole);
    assert.ok(!again.listed.includes(''), 'it began anew');
    assert.ok(JSON.stringify(beats).length / beats.length < 20_000, 'heartbeats are small');
  });

  it('stops once it is cancelled, and lists no more', async () => {
    const names = Array.from({ length: 20_500 }, (_, at) => `p/${String(at).padStart(6, '0')}.jpg`);
    const objects = new Map<string, Uint8Array>(names.map((name) => [name, JPEG]));
    const listed: string[] = [];
    await assert.rejects(
      look(objects, spec(prefix), { cancelAtBeat: true, listed }),
      (error) => error instanceof CancelledFailure,
    );
    assert.ok(
      listed.every((after) => after < 'p/008001'),
      listed.join(),
    );
  });

  it('meets no more than a trial would', async () => {
    const objects = new Map([1, 2, 3].map((at) => [`p/${at}.jpg`, JPEG] as const));
    assert.equal((await look(objects, spec(prefix, 2))).found.items, 2);
    assert.equal((await look(new Map(), spec(prefix))).found.items, 0);
  });

  it('tells photos that may not be read from those that are not there', async () => {
    const objects = new Map([1, 2, 3].map((at) => [`p/${at}.jpg`, JPEG] as const));
    const { found } = await look(objects, spec(prefix), { denied: 'p/2.jpg' });
    const { looked, jpeg, missing, denied, bytes } = found.sample;
    assert.deepEqual([looked, jpeg, missing, denied, bytes], [3, 2, 0, 1, 2 * JPEG.length]);
  });

  it('names lines of a manifest that cannot be used, and estimates its bytes', async () => {
    const lines = [
      'key,user_id',
      'imports/a/test/1.jpg,ann',
      '"broken',
      ',bob',
      'faces/other/test/x,eve',
      'imports/a/test/2.jpg,',
      'imports/a/test/gone.jpg,dan',
    ];
    const objects = new Map<string, string | Uint8Array>([
      ['list.csv', `${lines.join('\n')}\n`],
      ['imports/a/test/1.jpg', JPEG],
      ['faces/other/test/x', JPEG],
    ]);
    const { found } = await look(
      objects,
      spec({
        ...{ kind: 'manifest', bucket: 'b', key: 'list.csv', format: 'csv', within: 'imports/a/test/' },
        columns: { key: 'key', userId: 'user_id' },
      }),
    );
    assert.equal(found.items, 6);
    assert.deepEqual(found.badLines, [
      { line: 3, reason: 'line_unreadable' },
      { line: 4, reason: 'key_missing' },
      { line: 5, reason: 'not_found' },
      { line: 6, reason: 'user_id_missing' },
    ]);
    assert.deepEqual([found.sample.looked, found.sample.missing, found.bytes], [2, 1, 2 * JPEG.length]);
    assert.equal(found.sample.denied, 0);
  });
});

import assert from 'node:assert/strict';
import sharp from 'sharp';
import { splitSource } from '../../../activities/batch/split-source.js';
import { countKey } from '../../../domain/batch/item.js';
import { type OnTwin, onTwin, refuse, undisturbed } from '../support/on-twin.js';
import { picture } from '../support/pictures.js';
import { chunkWorld } from './chunk-world.js';

type World = Awaited<ReturnType<typeof chunkWorld>>;

describe('photos of a chunk that are there no more, or may not be read', () => {
  let aws: OnTwin;
  before(async () => {
    aws = await onTwin();
  });
  afterEach(() => undisturbed(aws));

  const told = async (world: World) =>
    Object.fromEntries(
      (await world.ledger('bj_a')).map((item) => [item.uri.split('/').slice(5).join('/'), countKey(item)]),
    );
  const people = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`u${i}/a.jpg`, picture(`t${i}`)]));
  const retry = { reasons: [], round: 'r1' };

  for (const precheck of [false, true]) {
    describe(precheck ? 'with a check before' : 'without a check before', () => {
      it('keep out nobody else: one that is gone is rejected, one that is denied can be tried again', async () => {
        const world = await chunkWorld(aws, people(4));
        const spec = world.spec({ precheck });
        refuse(aws, 's3', 'GetObject', 'AccessDenied', '/u1/');
        refuse(aws, 's3', 'HeadObject', 'AccessDenied', '/u1/');
        refuse(aws, 's3', 'GetObject', 'NoSuchKey', '/u2/');
        refuse(aws, 's3', 'HeadObject', 'NoSuchKey', '/u2/');
        for (const operation of ['DetectFaces', 'IndexFaces'])
          for (const user of ['/u1/', '/u2/'])
            refuse(aws, 'rekognition', operation, 'InvalidS3ObjectException', user);
        await world.index('bj_a', { spec, concurrency: 1 });
        assert.deepEqual(await told(world), {
          'u0/a.jpg': 'indexed',
          'u1/a.jpg': 'dead_letter/access_denied',
          'u2/a.jpg': 'rejected/not_found',
          'u3/a.jpg': 'indexed',
        });
        undisturbed(aws);
        const { counts } = await world.index('bj_a', { spec, retry });
        assert.deepEqual(counts, { indexed: 3, 'rejected/not_found': 1 });
      });

      it('are rejected where they are too small, and tried again where it was something else', async () => {
        const side = (pixels: number) =>
          sharp({ create: { width: pixels, height: 200, channels: 3, background: '#886655' } })
            .jpeg()
            .toBuffer();
        const world = await chunkWorld(aws, { 'u0/a.jpg': await side(79), 'u1/a.jpg': await side(80) });
        const operation = precheck ? 'DetectFaces' : 'IndexFaces';
        refuse(aws, 'rekognition', operation, 'InvalidParameterException');
        await world.index('bj_a', { spec: world.spec({ precheck }) });
        assert.deepEqual(await told(world), {
          'u0/a.jpg': 'rejected/too_small',
          'u1/a.jpg': 'dead_letter/refused',
        });
      });
    });
  }

  it('need an operator when it is one after the other', async () => {
    const world = await chunkWorld(aws, people(12));
    refuse(aws, 'rekognition', 'IndexFaces', 'InvalidS3ObjectException');
    await assert.rejects(world.index('bj_a', { concurrency: 1 }), {
      type: 'OperatorMustAct',
      message: /Rekognition cannot read objects/,
    });
    undisturbed(aws);
    const { counts } = await world.index('bj_a', {}, { number: 2 });
    assert.deepEqual(counts, { indexed: 3, 'dead_letter/access_denied': 9 });
    assert.deepEqual((await world.index('bj_a', { retry })).counts, { indexed: 12 });
  });

  it('are checked once where only what comes after the check fails', async () => {
    const world = await chunkWorld(aws, people(1));
    aws.twin.faults.addRule({
      service: 'rekognition',
      operation: 'IndexFaces',
      when: 'before',
      error: { name: 'InternalServerError', status: 500, message: 'no' },
      times: 2,
    });
    const { calls, counts } = await world.index('bj_a', { spec: world.spec({ precheck: true }) });
    assert.deepEqual([counts, calls.DetectFaces], [{ indexed: 1 }, 1]);
  });

  it('are found by whoever erases their users, whatever was wrong with them', async () => {
    const world = await chunkWorld(aws, {
      'u0/a.jpg': new Uint8Array(),
      'u1/a.jpg': picture('anna'),
      'u2/a.jpg': picture('berta'),
    });
    const { bucket, prefix } = world;
    // A manifest tells neither ETag nor size, so that each object is looked at.
    const key = `${prefix}list.csv`;
    const lines = ['u0', 'u1', 'u2', 'u3'].map((user) => `${prefix}${user}/a.jpg,${user}\n`);
    const csv = new TextEncoder().encode(`key,user_id\n${lines.join('')}`);
    await aws.ports.photos.put({ bucket, key }, csv, 'text/csv');
    const spec = world.spec({
      source: { kind: 'manifest', bucket, key, format: 'csv', columns: { key: 'key', userId: 'user_id' } },
    });
    const { chunks } = await splitSource(aws.ports, {
      ...{ tenant: world.tenant, source: spec.source, chunkItems: 10, chunks: 1 },
    });
    refuse(aws, 's3', 'GetObject', 'AccessDenied', '/u1/');
    refuse(aws, 's3', 'HeadObject', 'AccessDenied', '/u1/');
    await world.index('bj_a', { spec, ...(chunks[0] ? { range: chunks[0].range } : {}) });
    assert.deepEqual(await told(world), {
      'u0/a.jpg': 'rejected/empty_file',
      'u1/a.jpg': 'dead_letter/access_denied',
      'u2/a.jpg': 'indexed',
      'u3/a.jpg': 'rejected/not_found',
    });
    for (const user of ['u0', 'u1', 'u3'])
      await aws.ports.batches.forgetSubject(world.tenant, aws.ports.subjectOf(world.tenant, user));
    const rows = await world.ledger('bj_a');
    assert.deepEqual(rows.map(({ userId }) => userId ?? '').sort(), ['', '', '', 'u2']);
    assert.deepEqual(rows.map(({ uri }) => uri === '').sort(), [false, true, true, true]);
  });

  it('do not block the job for a name that Rekognition will not take', async () => {
    const world = await chunkWorld(aws, people(2));
    refuse(aws, 'rekognition', 'IndexFaces', 'ValidationException', '/u0/');
    await world.index('bj_a');
    assert.deepEqual(await told(world), { 'u0/a.jpg': 'dead_letter/refused', 'u1/a.jpg': 'indexed' });
  });
});

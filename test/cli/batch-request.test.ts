import assert from 'node:assert/strict';
import { jobRequest, rateRequest } from '../../cli/batch/job-request.js';
import { readHeadroom, readTps, readWindow } from '../../cli/batch/read-flag.js';
import { parseS3Uri } from '../../cli/batch/s3-uri.js';

describe('the options of `idv batch`', () => {
  it('say calls a second, for all operations or by name, one on top of the other', () => {
    const all = readTps('50');
    assert.deepEqual(Object.values(all), [50, 50, 50, 50, 50]);
    const named = readTps('searchfaces=none, IndexFaces=12.5', all);
    assert.deepEqual([named.IndexFaces, named.SearchFaces, named.DetectFaces], [12.5, null, 50]);
    for (const text of ['', '0', '-1', 'fast', 'IndexFaces=', 'Infinity'])
      assert.throws(() => readTps(text), /Give calls a second/, text);
    assert.throws(() => readTps('CompareFaces=1'), /none of IndexFaces, /);
  });

  it('say what is left to others', () => {
    assert.deepEqual(['0', '0.2', '20%'].map(readHeadroom), [0, 0.2, 0.2]);
    for (const text of ['', '1', '120%', '-1', 'much'])
      assert.throws(() => readHeadroom(text), /Give the share/, text);
  });

  it('say the hours that have rates of their own', () => {
    const night = readWindow('22:00-06:00=1.0');
    assert.deepEqual(readWindow('08:00-18:00=20%', night), [
      { from: '22:00', to: '06:00', share: 1 },
      { from: '08:00', to: '18:00', share: 0.2 },
    ]);
    assert.deepEqual(readWindow('none', night), []);
    for (const text of [
      '',
      '22-6=1',
      '24:00-06:00=1',
      '06:00-06:00=1',
      '22:00-06:00',
      '22:00-06:00=11',
      '22:00-06:00=.',
    ])
      assert.throws(() => readWindow(text), /Give hours of the day/, text);
  });

  it('name places in S3, whatever is in a key', () => {
    assert.deepEqual(parseS3Uri('s3://b-1.x/a b/Zoë%20?#.jpg'), { bucket: 'b-1.x', key: 'a b/Zoë%20?#.jpg' });
    assert.deepEqual(parseS3Uri('s3://bucket'), { bucket: 'bucket', key: '' });
    for (const text of ['bucket/a', 's3://', 's3://B/a', 'https://bucket/a'])
      assert.throws(() => parseS3Uri(text), /is no place in S3/, text);
  });

  it('make a job of a prefix', () => {
    const flags = {
      userId: 'p/{user_id}.jpg',
      tps: readTps('IndexFaces=9'),
      headroom: 0.2,
      onExisting: 'add',
    };
    assert.deepEqual(jobRequest('s3://bucket/p/', { ...flags, limit: 1_000, duplicates: false }), {
      source: { type: 'prefix', bucket: 'bucket', prefix: 'p/', user_id: 'p/{user_id}.jpg' },
      rates: { IndexFaces: 9 },
      headroom: 0.2,
      on_existing: 'add',
      limit: 1_000,
      duplicates: false,
    });
    assert.throws(() => jobRequest('s3://bucket/p/', {}), /Add --user-id .* 'p\/\{user_id\}\.jpg'/);
    assert.throws(() => jobRequest('s3://bucket/p/', { ...flags, userColumn: 'u' }), /go with a manifest/);
  });

  it('make a job of a manifest, told by its name or by --format', () => {
    assert.deepEqual(
      jobRequest('s3://bucket/list.CSV', {
        userColumn: 'badge',
        photos: 's3://other',
        photosRegion: 'eu-west-1',
      }),
      {
        source: {
          type: 'manifest',
          bucket: 'bucket',
          key: 'list.CSV',
          format: 'csv',
          columns: { user_id: 'badge' },
          photos: { bucket: 'other', region: 'eu-west-1' },
        },
      },
    );
    const { source } = jobRequest('s3://bucket/list', { format: 'jsonl', userId: '{user_id}/*' }) as {
      source: object;
    };
    assert.deepEqual(source, {
      type: 'manifest',
      bucket: 'bucket',
      key: 'list',
      format: 'jsonl',
      user_id: '{user_id}/*',
    });
    assert.throws(() => jobRequest('s3://bucket/l.csv', { photos: 's3://other/x' }), /without a path/);
    assert.throws(() => jobRequest('s3://bucket/l.csv', { photosRegion: 'eu-west-1' }), /goes with --photos/);
  });

  it('change rates, and name only what is to change', () => {
    assert.deepEqual(rateRequest({ tps: readTps('SearchFaces=3') }), { rates: { SearchFaces: 3 } });
    assert.deepEqual(rateRequest({ window: [] }), { rate_windows: [] });
  });
});

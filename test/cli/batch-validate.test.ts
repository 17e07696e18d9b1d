import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type ValidateFlags, validate } from '../../cli/batch/validate.js';
import { constantTimeEngine } from '../../local/rekognition/engine/constant-time-engine.js';
import { startTwin } from '../../local/twin.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const CSV = [
  'user_id,key,team',
  'u1,photos/Zoë.jpg,a', // 2
  '', // no record
  ',photos/2.jpg,a', // 4
  'u3,,a', // 5
  'u4,photos/4.jpg', // 6
  '"u5","a ""quoted""', // 7, to 8
  'key.jpg","b"',
  `u6,${'ü'.repeat(513)},a`, // 9
  `${'x'.repeat(256)},photos/6.jpg,a`, // 10
  'u7,"photos/7.jpg,a', // 11: never closed
  'u8,photos/8.jpg,a', // 12
];

describe('idv batch validate', () => {
  const folder = temporaryDirectory();
  after(folder.remove);
  const check = async (name: string, content: string | Buffer, flags: ValidateFlags = {}) => {
    const path = join(folder.path, name);
    writeFileSync(path, content);
    const lines: string[] = [];
    const good = await validate(path, flags, {}, (line) => lines.push(line));
    return { good, lines };
  };

  it('tells of every bad line of a CSV file, by the line that it begins on, and goes on after it', async () => {
    const { good, lines } = await check('a.csv', CSV.join('\r\n'));
    assert.equal(good, false);
    assert.deepEqual(
      lines.slice(0, -1).map((line) => line.split(':', 2).join()),
      [
        'line 4, user_id_missing',
        'line 5, key_missing',
        'line 6, line_unreadable',
        'line 9, not_found',
        'line 10, user_id_invalid',
        'line 11, line_unreadable',
      ],
    );
    assert.match(lines.at(-1) ?? '', /^9 photos, 6 lines to mend\. .* the other 3\.$/);
  });

  it('tells of every bad line of JSON Lines, as JSON for programs', async () => {
    const records = [
      '{"photo":"p/u1.jpg"}',
      '{"photo":"p/u2.jpg"',
      '["p/u3.jpg"]',
      '{"key":"p/u4.jpg"}',
      '{"photo":"q/u5.jpg"}',
      Buffer.from([0x22, 0xff, 0x22]),
    ];
    const flags = { keyColumn: 'photo', userId: 'p/{user_id}.jpg', json: true };
    const content = Buffer.concat(records.flatMap((record) => [Buffer.from(record), Buffer.from('\n')]));
    const { good, lines } = await check('a.jsonl', content, flags);
    assert.equal(good, false);
    const { photos, bad_lines } = JSON.parse(lines.join('\n'));
    assert.equal(photos, 6);
    assert.deepEqual(
      bad_lines.map(({ line, reason, key }: Record<string, unknown>) => [line, reason, key]),
      [
        [2, 'line_unreadable', undefined],
        [3, 'line_unreadable', undefined],
        [4, 'key_missing', undefined],
        [5, 'key_not_matched', 'q/u5.jpg'],
        [6, 'line_unreadable', undefined],
      ],
    );
  });

  it('counts a line that is too long once, as a job does, and goes on after it', async () => {
    const line = (nth: number, more = '') => `{"key":"p/${nth}.jpg","user_id":"u${nth}"${more}}`;
    const records = Array.from({ length: 22 }, (_, nth) => line(nth + 1));
    for (const bytes of [300_000, 3_000_000]) {
      const long = line(23, `,"x":"${'x'.repeat(bytes)}"`);
      const last = await check('last.jsonl', [...records, long].join('\n'));
      assert.match(last.lines.join('\n'), /^line 23: line_unreadable: .*\n23 photos, 1 line to mend\./);
      const amid = await check('amid.jsonl', [...records, long, line(24), '{', ''].join('\n'));
      assert.match(
        amid.lines.join('\n'),
        /^line 23: line_unreadable: .*\nline 25: line_unreadable: .*\n25 photos, 2 lines to mend\./,
      );
    }
  });

  it('is content with a good one, however long, and not with one that lists nothing', async () => {
    const many = Array.from({ length: 25_000 }, (_, nth) => `p/${nth}.jpg,u${nth}`);
    const { good, lines } = await check('many.csv', ['key,user_id', ...many].join('\n'));
    assert.deepEqual([good, lines], [true, ['25,000 photos, every line is good.']]);
    assert.deepEqual(await check('none.csv', 'key,user_id\n'), {
      good: false,
      lines: ['The manifest lists no photo.'],
    });
  });

  it('says what to do when it cannot be read at all', async () => {
    await assert.rejects(check('a.csv', 'photo;user\n1;2\n'), /no column "key"/);
    await assert.rejects(check('a.txt', CSV.join('\n')), /Add --format csv/);
    await assert.rejects(
      validate(join(folder.path, 'gone.csv'), {}, {}, () => {}),
      /cannot be read: ENOENT/,
    );
    await assert.rejects(check('b.csv', CSV.join('\n'), { userId: 'p/{id}' }), /has no \{user_id\}/);
  });

  it('reads a manifest in S3', async () => {
    const twin = await startTwin({ rekognition: { engine: constantTimeEngine() } });
    const before = { ...process.env };
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_S3: twin.endpoints.s3,
      AWS_ACCESS_KEY_ID: twin.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: twin.credentials.secretAccessKey,
    });
    const client = new S3Client({ region: 'us-east-1', forcePathStyle: true });
    try {
      await client.send(new CreateBucketCommand({ Bucket: 'archive' }));
      await client.send(
        new PutObjectCommand({ Bucket: 'archive', Key: 'lists/ä.csv', Body: CSV.slice(0, 4).join('\n') }),
      );
      const lines: string[] = [];
      assert.equal(await validate('s3://archive/lists/ä.csv', {}, {}, (line) => lines.push(line)), false);
      assert.match(lines[0] ?? '', /^line 4: user_id_missing: .* \(photos\/2\.jpg\)$/);
      await assert.rejects(
        validate('s3://archive/none.csv', {}, {}, () => {}),
        /is not there/,
      );
    } finally {
      for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
      Object.assign(process.env, before);
      client.destroy();
      await twin.close();
    }
  });
});

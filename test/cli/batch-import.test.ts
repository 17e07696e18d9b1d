import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CreateBucketCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type ImportFlags, importPhotos } from '../../cli/batch/import.js';
import { type ImportBucket, importBucket } from '../../cli/batch/import-bucket.js';
import { type ImportListener, importFolder } from '../../cli/batch/import-folder.js';
import { tenantOfKey } from '../../cli/batch/tenant-of-key.js';
import { constantTimeEngine } from '../../local/rekognition/engine/constant-time-engine.js';
import { startTwin, type Twin } from '../../local/twin.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const BUCKET = 'idv-photos';
const PREFIX = 'imports/a/test/staff/';
/** As a Mac names it (decomposed), as others do (composed), another script, and characters that mean something in URLs. */
const NAMES = [
  'ann/Zoe\u0308.jpg',
  'ann/Zo\u00eb.jpg',
  '写真/第 1+2.jpg',
  'b/100%#?&=.png',
  "b/it's (1).jpg",
  'c.txt',
];

const environmentOf = ({ endpoints, credentials }: Twin) => ({
  AWS_ENDPOINT_URL_S3: endpoints.s3,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
});

describe('idv batch import', function () {
  this.timeout(30_000);
  let twin: Twin;
  let client: S3Client;
  let environment: NodeJS.ProcessEnv;
  before(async () => {
    twin = await startTwin({ rekognition: { engine: constantTimeEngine() } });
    environment = { ...process.env };
    Object.assign(process.env, environmentOf(twin));
    client = new S3Client({ region: 'us-east-1', forcePathStyle: true });
    await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
  });
  after(async () => {
    client.destroy();
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, environment);
    await twin.close();
  });

  let folder: ReturnType<typeof temporaryDirectory>;
  let to: ImportBucket;
  let prefix: string;
  let nth = 0;
  beforeEach(() => {
    folder = temporaryDirectory();
    prefix = `${PREFIX}${nth++}/`;
    to = importBucket({ AWS_REGION: 'us-east-1', IDV_BUCKET: BUCKET }, 3, 2);
    twin.faults.clearRequests();
  });
  afterEach(() => {
    to.destroy();
    folder.remove();
    twin.faults.clearRules();
  });

  const write = (name: string, content: string | Buffer = name) => {
    const path = join(folder.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  };
  const told = () => {
    const leftOut: string[] = [];
    const listener: ImportListener = {
      progress: () => {},
      leftOut: ({ key, because }) => leftOut.push(`${key}: ${because}`),
    };
    return { leftOut, listener };
  };
  const run = (listener = told().listener, signal?: AbortSignal) =>
    importFolder(folder.path, { to, prefix, atOnce: 3 }, listener, signal);
  const puts = () => twin.faults.requests().filter(({ operation }) => operation === 'PutObject').length;

  it('uploads every file under its path, Unicode as it is, and sends nothing twice', async () => {
    for (const name of NAMES) write(name);
    const first = await run();
    assert.deepEqual(first.keys.toSorted(), NAMES.map((name) => `${prefix}${name}`).toSorted());
    assert.deepEqual([first.uploaded.files, first.there.files, first.incomplete], [NAMES.length, 0, false]);
    assert.deepEqual([...(await to.list(prefix)).keys()].toSorted(), first.keys.toSorted());
    const { ContentType } = await client.send(
      new HeadObjectCommand({ Bucket: BUCKET, Key: `${prefix}写真/第 1+2.jpg` }),
    );
    assert.equal(ContentType, 'image/jpeg');

    write('c.txt', 'C.TXT'); // as long as before
    write('d.jpg', '');
    const second = await run();
    assert.deepEqual([second.uploaded.files, second.there.files], [2, NAMES.length - 1]);
    assert.equal(puts(), NAMES.length + 2);
  });

  it('goes on where it was broken off', async () => {
    for (let file = 0; file < 12; file++) write(`u${file}.jpg`);
    const stop = new AbortController();
    const { listener } = told();
    const first = await run(
      { ...listener, progress: ({ uploaded }) => uploaded.files >= 4 && stop.abort() },
      stop.signal,
    );
    assert.ok(first.stopped && first.uploaded.files < 12, String(first.uploaded.files));
    const second = await run();
    assert.deepEqual([second.stopped, second.there.files], [false, first.uploaded.files]);
    assert.equal(puts(), 12);
    assert.equal((await to.list(prefix)).size, 12);
  });

  it('knows what is there where ETags are no MD5, as with a KMS key', async () => {
    write('a.jpg');
    await run();
    const list = async () =>
      new Map([...(await to.list(prefix))].map(([key, { size }]) => [key, { size, etag: 'f00' }] as const));
    const again = await importFolder(
      folder.path,
      { to: { ...to, list }, prefix, atOnce: 1 },
      told().listener,
    );
    assert.equal(again.there.files, 1);
  });

  it('leaves symbolic links, names that are no text and keys that are too long out, and says so', async () => {
    write('a.jpg');
    symlinkSync(folder.path, join(folder.path, 'loop'));
    const { listener, leftOut } = told();
    const harmless = await run(listener);
    assert.equal(harmless.incomplete, false);
    const deep = `${'d'.repeat(250)}/`.repeat(4);
    write(`${deep}${'e'.repeat(100)}.jpg`);
    writeFileSync(Buffer.concat([Buffer.from(`${folder.path}/`), Buffer.from([0x66, 0xff])]), 'x');
    const result = await run(listener);
    assert.deepEqual([result.keys, result.incomplete, result.leftOut], [[`${prefix}a.jpg`], true, 3]);
    const said = [...new Set(leftOut)].join('\n');
    for (const because of [
      /^loop: it is a symbolic link$/m,
      /: its path is too long/,
      /: its name is no UTF-8/,
    ])
      assert.match(said, because);
  });

  it('goes on after a file that cannot be read', async () => {
    write('a.jpg');
    write('b.jpg');
    const { listener, leftOut } = told();
    // Gone after the folder was looked through, before its turn came.
    const list = async () => {
      folder.remove();
      mkdirSync(folder.path);
      write('b.jpg');
      return new Map();
    };
    const result = await importFolder(folder.path, { to: { ...to, list }, prefix, atOnce: 1 }, listener);
    assert.deepEqual(
      [leftOut, result.keys, result.incomplete],
      [['a.jpg: it is gone'], [`${prefix}b.jpg`], true],
    );
  });

  it('tries again when S3 is busy, and stops at once with a remedy when it refuses', async () => {
    for (const name of NAMES) write(name);
    const fail = (name: string, status: number, times?: number) =>
      twin.faults.addRule({
        ...{ service: 's3', operation: 'PutObject', when: 'before', error: { name, status, message: 'no' } },
        ...(times ? { times } : {}),
      });
    fail('SlowDown', 503, 1);
    assert.equal((await run()).uploaded.files, NAMES.length);
    for (const name of NAMES) write(name, `${name}!`);
    fail('AccessDenied', 403);
    await assert.rejects(run(), /^Error: The bucket idv-photos: no\. Use credentials that may/);
    await assert.rejects(
      importFolder(join(folder.path, 'c.txt'), { to, prefix, atOnce: 1 }, told().listener),
      /is no folder/,
    );
  });

  const command = async (flags: Partial<ImportFlags>, stop = new AbortController()) => {
    const printed: string[] = [];
    const told: string[] = [];
    const output = {
      print: (line: string) => printed.push(line),
      terminal: { write: (text: string) => told.push(text) },
    };
    const options = { account: 'a', mode: 'test', atOnce: 2, ...flags };
    const code = await importPhotos(folder.path, options, environmentOf(twin), output, stop.signal);
    return { code, printed, told: told.join('') };
  };

  it('says what to do next, with a template of keys that it tried', async () => {
    for (const name of ['u1/1.jpg', 'u1/2.jpg', 'u2/1.jpg', 'read me.txt']) write(name);
    symlinkSync('u1', join(folder.path, 'u3'));
    const { code, printed, told } = await command({ name: "l'été" });
    const place = `'s3://idv-photos/imports/a/test/l'\\''été/'`;
    assert.equal(code, 0);
    assert.match(
      printed[0] ?? '',
      /^4 files in .*: 4 files uploaded \(\d+ bytes\), 0 files there already, 1 left out$/,
    );
    assert.match(printed[1] ?? '', /2 users, 1 file that would be rejected, such as .*read me\.txt$/);
    assert.equal(
      printed.at(-1),
      `  idv batch start ${place} --user-id 'imports/a/test/l'\\''été/{user_id}/*' --follow`,
    );
    assert.match(told, /left out: u3: it is a symbolic link/);
    assert.match(told, /100 %: 4 of 4 files/);
  });

  it('prints JSON for programs, and takes a template of paths in the folder', async () => {
    for (const name of ['1-ann.jpg', '2-bob.jpg']) write(name);
    const { printed } = await command({ name: 'json', userId: '*-{user_id}.jpg', json: true });
    assert.deepEqual(JSON.parse(printed.join('\n')), {
      source: 's3://idv-photos/imports/a/test/json/',
      photos: 2,
      uploaded: 2,
      uploaded_bytes: 18,
      already_there: 0,
      left_out: 0,
      stopped: false,
      user_id: 'imports/a/test/json/*-{user_id}.jpg',
      users: 2,
      not_matched: 0,
    });
    await assert.rejects(command({ userId: '*.jpg' }), /has no \{user_id\}/);
    await assert.rejects(command({ name: 'a/b' }), /--name/);
  });

  it('is told whose photos they are by the API key, or by options', () => {
    const sha256 = createHash('sha256').update('sk').digest('hex');
    const IDV_API_KEYS = JSON.stringify([{ sha256, account: 'acme', mode: 'live' }]);
    assert.deepEqual(tenantOfKey({}, { IDV_API_KEY: 'sk', IDV_API_KEYS }), { account: 'acme', mode: 'live' });
    assert.deepEqual(tenantOfKey({ mode: 'test' }, { IDV_API_KEY: 'sk', IDV_API_KEYS }), {
      account: 'acme',
      mode: 'test',
    });
    assert.throws(() => tenantOfKey({ account: 'acme' }, {}), /Give --account, and --mode/);
    assert.throws(() => tenantOfKey({ account: '../b', mode: 'live' }, {}), /^Error: --account/);
  });
});

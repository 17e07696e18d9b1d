import assert from 'node:assert/strict';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { base64 } from '../support/caller.js';
import { people, photo } from '../support/photos.js';
import { type Account, type Service, service } from '../support/service.js';

const SESSIONS = '/v1/verification-sessions';
const good = photo(people.franck[0]);

describe('bad input over HTTP', function () {
  this.timeout(60_000);
  let idv: Service;
  let account: Account;
  before(async function () {
    idv = await service(this);
    account = await idv.account();
  });

  const register = (body: object) =>
    account.test('POST', SESSIONS, { flow: 'registration', user_id: 'u-1', ...body });

  const images: [string, () => Promise<Uint8Array> | Uint8Array, number, string][] = [
    ['text', () => Buffer.from('this is not an image, honestly'), 415, 'image_unsupported_format'],
    ['a truncated JPEG', () => good.subarray(0, good.length >> 1), 422, 'image_truncated'],
    ['1×1', () => canvas(1, 1).png().toBuffer(), 422, 'image_too_small'],
    ['an animated GIF', () => animatedGif(), 422, 'image_animated'],
    ['HEIC', () => heic(), 415, 'image_heic'],
    ['a decompression bomb', () => pngBomb(), 422, 'image_too_many_pixels'],
    ['16 MB', () => new Uint8Array(16 * 1024 * 1024), 413, 'image_too_large'],
    ['nothing', () => new Uint8Array(), 422, 'image_empty'],
  ];
  for (const [name, make, status, code] of images) {
    it(`refuses ${name} with ${status} ${code} and advice, and leaves nothing behind`, async () => {
      const bytes = await make();
      const before = idv.twin.faults.requests().length;
      const form = new FormData();
      form.set('flow', 'registration');
      form.set('user_id', 'u-1');
      form.set('selfie', new Blob([bytes]), 'selfie.jpg');
      const answers = [await account.test('POST', SESSIONS, form)];
      if (bytes.length > 0) answers.push(await register({ selfie: base64(bytes) }));
      for (const answer of answers) {
        assert.equal(answer.status, status);
        assert.equal(answer.body.code, code);
        assert.equal(answer.headers.get('content-type'), 'application/problem+json; charset=utf-8');
        assert.ok(answer.body.detail.length > 20);
        assert.match(answer.body.request_id, /^req_/);
      }
      assert.equal(idv.twin.faults.requests().length, before, 'AWS was called');
    });
  }

  const odd: [string, () => Promise<Uint8Array>][] = [
    ['turned by EXIF', () => sharp(good).rotate(90).withMetadata({ orientation: 8 }).jpeg().toBuffer()],
    ['a PNG with alpha', () => sharp(good).ensureAlpha().png().toBuffer()],
    ['CMYK', () => sharp(good).toColourspace('cmyk').jpeg().toBuffer()],
    ['20 megapixels', () => sharp(good).resize({ width: 5_200 }).jpeg({ quality: 80 }).toBuffer()],
    ['greyscale', () => sharp(good).greyscale().jpeg().toBuffer()],
    ['progressive', () => sharp(good).jpeg({ progressive: true }).toBuffer()],
  ];
  for (const [name, make] of odd) {
    it(`takes a good photo that is ${name}`, async () => {
      const own = await idv.account();
      const { status, body } = await own.test('POST', SESSIONS, {
        flow: 'registration',
        user_id: 'u-1',
        selfie: base64(await make()),
      });
      assert.equal(status, 201, JSON.stringify(body));
      assert.equal(body.status, 'verified', JSON.stringify(body.reasons));
    });
  }

  it('points at each field that is wrong, and repeats no value', async () => {
    const answer = await register({
      user_id: '',
      profile: { email: 'secret-not-an-address' },
      colour: 'secret-red',
    });
    assert.equal(answer.status, 422);
    assert.equal(answer.body.code, 'invalid_request');
    assert.deepEqual(answer.body.errors.map((error: { pointer: string }) => error.pointer).sort(), [
      '/colour',
      '/profile/email',
      '/user_id',
    ]);
    assert.ok(!JSON.stringify(answer.body).includes('secret'));
  });

  it('says what is wrong with a body that is no JSON, of another type, or not there', async () => {
    const raw = (body: string, type: string) =>
      account.test('POST', SESSIONS, new TextEncoder().encode(body), { 'content-type': type });
    assert.deepEqual(
      [
        (await raw('{"flow":', 'application/json')).body.code,
        (await raw('flow=registration', 'application/x-www-form-urlencoded')).body.code,
        (await account.test('POST', SESSIONS)).body.code,
        (await raw('null', 'application/json')).status,
      ],
      ['malformed_request', 'unsupported_media_type', 'unsupported_media_type', 400],
    );
  });

  it('refuses a photo that the flow does not take, and a policy that is not there, before anything is stored', async () => {
    const own = await idv.account();
    const login = await own.test('POST', SESSIONS, { flow: 'authentication', user_id: 'u-1' });
    const before = idv.twin.faults.requests().length;
    const reference = await own.test('PUT', `${SESSIONS}/${login.body.id}/inputs/reference`, good);
    assert.deepEqual([reference.status, reference.body.code], [422, 'input_not_expected']);
    const body = { flow: 'registration', user_id: 'u-1', selfie: base64(good), policy: 'unheard-of' };
    const policy = await own.test('POST', SESSIONS, body);
    assert.deepEqual([policy.status, policy.body.code], [422, 'policy_not_found']);
    const writes = idv.twin.faults
      .requests()
      .slice(before)
      .filter(({ operation }) => operation !== 'GetItem' && operation !== 'Query');
    assert.deepEqual(writes, []);
  });

  it('stores no photo for a session that has ended', async () => {
    const own = await idv.account();
    const made = await own.test('POST', SESSIONS, { flow: 'registration', user_id: 'u-1' });
    await own.test('POST', `${SESSIONS}/${made.body.id}/cancel`);
    const before = idv.twin.faults.requests().length;
    const late = await own.test('PUT', `${SESSIONS}/${made.body.id}/inputs/selfie`, good);
    assert.equal(late.status, 409);
    const stored = idv.twin.faults.requests().slice(before);
    assert.ok(!stored.some(({ operation }) => operation === 'PutObject'));
  });

  it('says 400 to multipart bodies that are cut off or have no boundary', async () => {
    const send = (type: string, body: string) =>
      account.test('POST', SESSIONS, new TextEncoder().encode(body), { 'content-type': type });
    for (const answer of [
      await send('multipart/form-data', 'x'),
      await send('multipart/form-data; boundary=b', 'garbage'),
      await send(
        'multipart/form-data; boundary=b',
        '--b\r\nContent-Disposition: form-data; name="selfie"; filename="a"\r\n\r\nab',
      ),
    ]) {
      assert.deepEqual([answer.status, answer.body.code], [400, 'malformed_request']);
    }
  });

  it('bounds what may come in any number', async () => {
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 'v']));
    assert.equal((await register({ scope: many(20_000) })).status, 422);
    assert.equal((await register({ metadata: many(51) })).status, 422);
    assert.ok((await register(many(10_000))).body.errors.length <= 50);
  });

  it('asks for a key, and tells nobody of what belongs to others', async () => {
    const anonymous = await fetch(`${idv.url}${SESSIONS}`);
    assert.equal(anonymous.status, 401);
    assert.equal(anonymous.headers.get('www-authenticate'), 'Bearer');
    const made = await account.test('POST', SESSIONS, { flow: 'registration', user_id: 'mine' });
    const other = await idv.account();
    for (const [method, path] of [
      ['GET', `${SESSIONS}/${made.body.id}`],
      ['POST', `${SESSIONS}/${made.body.id}/cancel`],
      ['GET', `${SESSIONS}/vs_doesnotexist`],
      ['GET', '/v1/nothing'],
    ] as const) {
      const answer = await other.test(method, path);
      assert.equal(answer.status, 404, path);
      assert.equal(answer.body.code, 'not_found');
    }
    assert.equal((await account.live('GET', `${SESSIONS}/${made.body.id}`)).status, 404);
  });

  it('takes any 1 to 255 characters as a user id', async () => {
    const own = await idv.account();
    for (const id of ['žluť/日本 %20?#', '..', 'a'.repeat(255), 'MiXeD', 'mixed', '🙂']) {
      const made = await own.test('POST', SESSIONS, { flow: 'registration', user_id: id });
      assert.equal(made.status, 201, id);
      assert.equal(made.body.user_id, id);
    }
    assert.equal(
      (await own.test('POST', SESSIONS, { flow: 'registration', user_id: 'a'.repeat(256) })).status,
      422,
    );
  });
});

function canvas(width: number, height: number) {
  return sharp({ create: { width, height, channels: 3, background: '#888' } });
}

async function animatedGif(): Promise<Uint8Array> {
  const frames = await Promise.all(
    ['#f00', '#00f'].map((background) => canvas(100, 100).tint(background).png().toBuffer()),
  );
  return sharp(frames, { join: { animated: true } })
    .gif({ delay: [100, 100], loop: 0 })
    .toBuffer();
}

/** The head of a HEIC file: ISO/IEC 23008-12 names its brands. */
function heic(): Uint8Array {
  const box = Buffer.alloc(4_000);
  box.writeUInt32BE(24, 0);
  box.write('ftypheic', 4, 'latin1');
  box.write('mif1heic', 16, 'latin1');
  return box;
}

/** A small PNG that says it has 60,000 × 60,000 pixels. */
function pngBomb(): Uint8Array {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const framed = Buffer.alloc(body.length + 8);
    framed.writeUInt32BE(data.length, 0);
    body.copy(framed, 4);
    framed.writeUInt32BE(crc32(body), framed.length - 4);
    return framed;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(60_000, 0);
  header.writeUInt32BE(60_000, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(1_000_000))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

import assert from 'node:assert/strict';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import proto from '@temporalio/proto';
import { createCodecServer } from '../../workers/codec/codec-server.js';
import { createEncryptionCodec } from '../../workers/codec/encryption-codec.js';

const { Payloads } = proto.temporal.api.common.v1;
const UI = 'https://temporal.example';
const TOKEN = 'token-of-the-operators';
const codec = createEncryptionCodec([{ id: 'k', key: new Uint8Array(32).fill(3) }]);
const payload = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('"zuzana"') };
const bodyOf = (payloads: object[]) => JSON.stringify(Payloads.fromObject({ payloads }).toJSON());

async function listening(options: { token?: string } = {}): Promise<{ server: Server; url: string }> {
  const server = createCodecServer(codec, { uiOrigin: UI, ...options }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe('the codec endpoint', () => {
  let open: Awaited<ReturnType<typeof listening>>;
  let guarded: Awaited<ReturnType<typeof listening>>;
  before(async () => {
    [open, guarded] = await Promise.all([listening(), listening({ token: TOKEN })]);
  });
  after(() => {
    open.server.close();
    guarded.server.close();
  });

  const post = (path: string, body: string, headers: Record<string, string> = {}, { url } = open) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });

  it('decodes what the workers encrypted, and encodes for them', async () => {
    const encrypted = await codec.encode([payload]);
    const decoded = await post('/decode', bodyOf(encrypted));
    assert.equal(decoded.status, 200);
    assert.deepEqual(await decoded.json(), JSON.parse(bodyOf([payload])));
    const encoded = await post('/encode', bodyOf([payload]));
    const [own] = await codec.decode(Payloads.fromObject((await encoded.json()) as object).payloads ?? []);
    assert.equal(Buffer.from(own?.data ?? []).toString(), '"zuzana"');
    assert.deepEqual(await (await post('/decode', '{}')).json(), {});
  });

  it('lets pages of Temporal UI call it, and of no other origin', async () => {
    for (const origin of [UI, 'https://evil.example', undefined]) {
      const headers: Record<string, string> = origin ? { origin } : {};
      const preflight = await fetch(`${open.url}/decode`, { method: 'OPTIONS', headers });
      const answer = await post('/decode', bodyOf([]), headers);
      assert.deepEqual([preflight.status, answer.status], [204, 200]);
      for (const { headers: given } of [preflight, answer]) {
        assert.equal(given.get('access-control-allow-origin'), UI);
        assert.equal(given.get('vary'), 'Origin');
      }
      assert.match(preflight.headers.get('access-control-allow-headers') ?? '', /x-namespace,authorization/);
    }
  });

  it('asks for the token where there is one', async () => {
    const body = bodyOf(await codec.encode([payload]));
    for (const authorization of [
      undefined,
      TOKEN,
      `Bearer ${TOKEN}x`,
      `Bearer ${TOKEN.slice(1)}`,
      'Bearer ',
    ]) {
      const answer = await post('/decode', body, authorization ? { authorization } : {}, guarded);
      assert.equal(answer.status, 401);
      assert.ok(!(await answer.text()).includes('zuzana'));
    }
    const authorization = `Bearer ${TOKEN}`;
    assert.equal((await post('/decode', body, { authorization }, guarded)).status, 200);
    assert.equal((await fetch(`${guarded.url}/decode`, { method: 'OPTIONS' })).status, 204);
  });

  it('answers 4xx to what it cannot read or decrypt, goes on, and quotes nothing', async () => {
    const [encrypted] = await codec.encode([payload]);
    const foreign = createEncryptionCodec([{ id: 'unknown', key: new Uint8Array(32) }]);
    const bodies: [number, string][] = [
      [400, '{"secret-cut'],
      [400, '"secret"'],
      [400, '{"payloads":"secret"}'],
      [400, '{"payloads":[{"metadata":"secret","data":5}]}'],
      [400, bodyOf([{ ...encrypted, data: Buffer.from('secret') }])],
      [400, bodyOf(await foreign.encode([payload]))],
      [413, JSON.stringify({ payloads: [], filler: 'x'.repeat(4 * 1024 * 1024) })],
    ];
    for (const [status, body] of bodies) {
      const answer = await post('/decode', body);
      const text = await answer.text();
      assert.equal(answer.status, status, `${body.slice(0, 60)}: ${text}`);
      assert.ok(!/secret|node_modules/.test(text), text);
      assert.equal(answer.headers.get('access-control-allow-origin'), UI);
    }
    const unknown = await post('/decode', bodyOf(await foreign.encode([payload])));
    assert.match(
      ((await unknown.json()) as { message: string }).message,
      /key "unknown".*IDV_ENCRYPTION_KEYS/,
    );
    const text = await post('/decode', 'payloads', { 'content-type': 'text/plain' });
    assert.ok(text.status < 500);
    assert.equal((await fetch(`${open.url}/decode`)).status, 404);
  });
});

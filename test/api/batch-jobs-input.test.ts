import assert from 'node:assert/strict';
import { type Account, type Service, service } from '../support/service.js';

const JOBS = '/v1/batch-jobs';
const prefix = { type: 'prefix', bucket: 'partner-photos', prefix: 'in/', user_id: 'in/{user_id}.jpg' };
const manifest = { type: 'manifest', bucket: 'partner-photos', key: 'list.csv' };

/** Another source, in parts. */
const of = (change: object, from: object = prefix) => ({ source: { ...from, ...change } });
const without = (name: string, from: Record<string, unknown> = prefix) => {
  const { [name]: _, ...rest } = from;
  return { source: rest };
};
const window = (change: object) => ({
  rate_windows: [{ from: '08:00', to: '18:00', share: 0.5, ...change }],
});

describe('bad input to batch jobs over HTTP', function () {
  this.timeout(60_000);
  let idv: Service;
  let account: Account;
  before(async function () {
    idv = await service(this);
    account = await idv.account();
  });

  const wrong: [what: string, body: object, pointer: string][] = [
    ['no source', { source: undefined }, '/source'],
    ['a source of no type', without('type'), '/source/type'],
    ['a source of another type', of({ type: 'folder' }), '/source/type'],
    ['a text for a source', { source: 's3://partner-photos/in/' }, '/source'],
    ['no bucket', without('bucket'), '/source/bucket'],
    ['a bucket that cannot be one', of({ bucket: 'Partner_Photos' }), '/source/bucket'],
    ['an address for a bucket', of({ bucket: 'https://example.com/' }), '/source/bucket'],
    ['a region that is none', of({ region: 'evil.example/#' }), '/source/region'],
    ['a region that there is not', of({ region: 'eu-wset-1' }), '/source/region'],
    ['no user id', without('user_id'), '/source/user_id'],
    ['a template without a user', of({ user_id: 'in/*.jpg' }), '/source/user_id'],
    ['a template with two', of({ user_id: 'in/{user_id}/{user_id}.jpg' }), '/source/user_id'],
    ['a template of another name', of({ user_id: 'in/{user}/{user_id}.jpg' }), '/source/user_id'],
    ['a template that no key can fit', of({ user_id: 'out/{user_id}.jpg' }), '/source/user_id'],
    ['a key of too many bytes', of({ prefix: 'é'.repeat(513), user_id: '{user_id}' }), '/source/prefix'],
    ['half of a character', of({ prefix: 'in/\ud800' }), '/source/prefix'],
    ['a field of no source', of({ recursive: true }), '/source/recursive'],
    ['a manifest without a key', without('key', manifest), '/source/key'],
    ['an empty key', of({ key: '', format: 'csv' }, manifest), '/source/key'],
    ['a manifest of no known format', of({ key: 'list.xlsx' }, manifest), '/source/format'],
    ['another format', of({ format: 'xlsx' }, manifest), '/source/format'],
    ['an empty name of a column', of({ columns: { key: '' } }, manifest), '/source/columns/key'],
    ['photos in no bucket', of({ photos: {} }, manifest), '/source/photos/bucket'],
    ['another way with users', { on_existing: 'overwrite' }, '/on_existing'],
    ['a text for a switch', { precheck: 'yes' }, '/precheck'],
    ['null for a switch', { duplicates: null }, '/duplicates'],
    ['a rate of nothing', { rates: { IndexFaces: 0 } }, '/rates/IndexFaces'],
    ['a rate that no timer can wait for', { rates: { IndexFaces: 1e-7 } }, '/rates/IndexFaces'],
    ['a rate in a window of next to nothing', window({ share: 1e-9 }), '/rate_windows/0/share'],
    ['a rate below nothing', { rates: { IndexFaces: -1 } }, '/rates/IndexFaces'],
    ['a rate in words', { rates: { IndexFaces: '50' } }, '/rates/IndexFaces'],
    ['a rate of what a job does not call', { rates: { CompareFaces: 5 } }, '/rates/CompareFaces'],
    ['rates in a list', { rates: [50] }, '/rates'],
    ['a headroom of all', { headroom: 1 }, '/headroom'],
    ['a headroom in percent', { headroom: 20 }, '/headroom'],
    ['an hour that is none', window({ from: '24:00' }), '/rate_windows/0/from'],
    ['an hour without minutes', window({ to: '8' }), '/rate_windows/0/to'],
    ['a window of no length', window({ to: '08:00' }), '/rate_windows/0/to'],
    ['a share below nothing', window({ share: -0.1 }), '/rate_windows/0/share'],
    ['a ceiling of nothing', { cost_ceiling: 0 }, '/cost_ceiling'],
    ['a ceiling in words', { cost_ceiling: '$5' }, '/cost_ceiling'],
    ['a limit of nothing', { limit: 0 }, '/limit'],
    ['half a photo', { limit: 1.5 }, '/limit'],
    ['a field that there is not', { speed: 'fast' }, '/speed'],
  ];
  for (const [what, change, pointer] of wrong) {
    it(`is refused with the field that is wrong: ${what}`, async () => {
      const { status, body } = await account.test('POST', JOBS, { source: prefix, ...change });
      assert.deepEqual([status, body.code], [422, 'invalid_request'], JSON.stringify(body));
      assert.deepEqual(
        body.errors.map((error: { pointer: string }) => error.pointer),
        [pointer],
      );
      assert.ok(body.errors[0].message.length > 5, body.errors[0].message);
    });
  }

  it('is refused the same by a plan, which also knows for how long a run it is', async () => {
    const plan = await account.test('POST', `${JOBS}/plan`, { source: prefix, limit: 0, hours: -1 });
    assert.deepEqual(
      plan.body.errors.map((error: { pointer: string }) => error.pointer),
      ['/limit', '/hours'],
    );
  });

  it('never reads a bucket that was not listed, nor of the own one what was not uploaded to be indexed', async () => {
    const answers = await Promise.all(
      [
        of({ bucket: 'somebody-elses' }),
        of({ photos: { bucket: 'somebody-elses' } }, manifest),
        of({ bucket: 'idv-photos' }),
        of({ bucket: 'idv-photos', prefix: '', user_id: 'faces/a1/test/{user_id}/*' }),
        of({ bucket: 'idv-photos', prefix: 'imports/other/test/', user_id: 'imports/other/test/{user_id}' }),
        of({ bucket: 'idv-photos' }, manifest),
      ].map(async (body) => {
        const { status, body: answer } = await account.test('POST', JOBS, body);
        return [status, answer.code, answer.errors[0].pointer].join(' ');
      }),
    );
    assert.deepEqual(answers, [
      '422 source_bucket_not_allowed /source/bucket',
      '422 source_bucket_not_allowed /source/photos/bucket',
      '422 invalid_request /source/prefix',
      '422 invalid_request /source/prefix',
      '422 invalid_request /source/prefix',
      '422 invalid_request /source/key',
    ]);
  });

  it('names policies, bodies and keys that will not do', async () => {
    const raw = (body: string, type = 'application/json') =>
      account.test('POST', JOBS, new TextEncoder().encode(body), { 'content-type': type });
    const key = (value: string) =>
      account.test('POST', JOBS, { source: prefix }, { 'idempotency-key': value });
    const answers = [
      await account.test('POST', JOBS, { source: prefix, policy: 'unheard-of' }),
      await raw('{"source":'),
      await raw('source=a', 'application/x-www-form-urlencoded'),
      await raw(`{"a":"${'b'.repeat(20_000)}"}`),
      await raw('[]'),
      await account.test('POST', JOBS),
      await key('k'.repeat(256)),
    ];
    assert.deepEqual(
      answers.map(({ status, body }) => [status, body.code].join(' ')),
      [
        '422 policy_not_found',
        '400 malformed_request',
        '415 unsupported_media_type',
        '413 body_too_large',
        '422 invalid_request',
        '422 invalid_request',
        '400 invalid_idempotency_key',
      ],
    );
  });

  it('of lists and commands is refused too', async () => {
    const id = `bj_${'a'.repeat(26)}`;
    const wrongly: [method: string, path: string, body: object | undefined, pointer: string][] = [
      ['GET', '?limit=0', undefined, '/limit'],
      ['GET', '?cursor=%00', undefined, '/cursor'],
      ['GET', `/${id}/items?status=lost`, undefined, '/status'],
      ['GET', `/${id}/items?reason=no_face`, undefined, '/reason'],
      ['GET', `/${id}/items?status=rejected&reason=bad_hair`, undefined, '/reason'],
      ['GET', `/${id}/items?limit=1001`, undefined, '/limit'],
      ['GET', `/${id}/items?cursor=all.any.0:A`, undefined, '/cursor'],
      ['GET', `/${id}/items?cursor=garbage`, undefined, '/cursor'],
      ['GET', `/${id}/items?status=rejected&cursor=all.any.0:`, undefined, '/cursor'],
      ['GET', `/${id}/items?status=rejected&reason=no_face&cursor=rejected.any.0:`, undefined, '/cursor'],
      ['GET', '?cursor=garbage', undefined, '/cursor'],
      ['GET', `/${id}/duplicates?cursor=x`, undefined, '/cursor'],
      ['GET', `/${id}/duplicates/pairs?cursor=x`, undefined, '/cursor'],
      ['POST', `/${id}/pause`, { until: 'monday' }, '/until'],
      ['POST', `/${id}/pause`, { operator: 'jo@example.com' }, '/operator'],
      ['POST', `/${id}/resume`, { cost_ceiling: -1 }, '/cost_ceiling'],
      ['POST', `/${id}/rate`, {}, '/rates'],
      ['POST', `/${id}/rate`, { rates: { IndexFaces: 0 } }, '/rates/IndexFaces'],
      ['POST', `/${id}/retry`, { reasons: ['bad_hair'] }, '/reasons/0'],
      ['POST', `/${id}/cancel`, { rollback: 'true' }, '/rollback'],
      ['POST', `/${id}/duplicates/resolve`, { pair: 'x', resolution: 'keep' }, '/pair'],
      ['POST', `/${id}/duplicates/resolve`, { pair: 'a:b~c:d', resolution: 'merge' }, '/into'],
      ['POST', `/${id}/duplicates/resolve`, { pair: 'a:b~c:d', resolution: 'keep', face: 'first' }, '/face'],
    ];
    for (const [method, path, sent, pointer] of wrongly) {
      const { status, body } = await account.test(method, `${JOBS}${path}`, sent);
      assert.deepEqual(
        [status, body.errors?.[0]?.pointer],
        [422, pointer],
        `${path} ${JSON.stringify(body)}`,
      );
    }
  });
});

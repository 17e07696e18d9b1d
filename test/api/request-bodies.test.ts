import assert from 'node:assert/strict';
import { people, photo } from '../support/photos.js';
import { type Account, type Service, service } from '../support/service.js';

const SESSIONS = '/v1/verification-sessions';
const good = photo(people.franck[0]);

describe('the body of a request', function () {
  this.timeout(30_000);
  let idv: Service;
  let account: Account;
  before(async function () {
    idv = await service(this);
    account = await idv.account();
  });

  it('names the photos that it takes where another comes, and has to say how long it is', async () => {
    const form = new FormData();
    form.set('flow', 'registration');
    form.set('portrait', new Blob([good]), 'a.jpg');
    const { body } = await account.test('POST', SESSIONS, form);
    assert.match(body.errors[0].message, /selfie, reference, document_front, document_back/);
    const chunks = await fetch(`${idv.url}${SESSIONS}`, {
      ...{ method: 'POST', duplex: 'half', body: new Blob(['{}']).stream() },
      headers: { authorization: `Bearer ${account.key}`, 'content-type': 'application/json' },
    } as RequestInit);
    const { code } = (await chunks.json()) as { code: string };
    assert.deepEqual([chunks.status, code], [411, 'length_required']);
  });

  it('is not dropped where a command has one: 415 where it is no JSON, 413 where it is too long', async () => {
    const { body: made } = await account.test('POST', SESSIONS, { flow: 'authentication' });
    const cancel = (body: Uint8Array | object, type: string) =>
      account.test('POST', `${SESSIONS}/${made.id}/cancel`, body, { 'content-type': type });
    const operator = Buffer.from('{"operator":"o-1"}');
    const text = await cancel(operator, 'text/plain');
    assert.deepEqual([text.status, text.body.code], [415, 'unsupported_media_type']);
    const long = await cancel({ operator: 'a'.repeat(5_000) }, 'application/json');
    assert.deepEqual([long.status, long.body.code], [413, 'body_too_large']);
    assert.equal((await cancel(operator, 'application/json')).body.status, 'canceled');
  });
});

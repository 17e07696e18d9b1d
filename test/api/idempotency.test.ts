import assert from 'node:assert/strict';
import { base64 } from '../support/caller.js';
import { people, photo } from '../support/photos.js';
import { type Account, type Service, service } from '../support/service.js';

const selfie = base64(photo(people.franck[0]));
const SESSIONS = '/v1/verification-sessions';

describe('Idempotency-Key', function () {
  this.timeout(60_000);
  let idv: Service;
  let account: Account;
  before(async function () {
    idv = await service(this);
  });
  beforeEach(async () => {
    account = await idv.account();
  });

  const register = (body: object, key: string) =>
    account.test('POST', SESSIONS, { flow: 'registration', ...body }, { 'idempotency-key': key });

  it('gives the same session for the same request, and says that it is a repeat', async () => {
    const first = await register({ user_id: 'u-1', selfie }, 'k');
    const second = await register({ selfie, user_id: 'u-1' }, 'k');
    assert.equal(second.status, 201);
    assert.equal(second.body.id, first.body.id);
    assert.equal(second.body.status, 'verified');
    assert.equal(first.headers.get('idempotent-replayed'), null);
    assert.equal(second.headers.get('idempotent-replayed'), 'true');
  });

  it('gives one session to requests that come at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => register({ user_id: 'u-1', selfie }, 'k')),
    );
    assert.deepEqual([...new Set(answers.map(({ body }) => body.id))].length, 1);
    assert.deepEqual([...new Set(answers.map(({ body }) => body.status))], ['verified']);
  });

  it('refuses another body under the same key with 422', async () => {
    await register({ user_id: 'u-1', selfie }, 'k');
    for (const body of [
      { user_id: 'u-2', selfie },
      { user_id: 'u-1', selfie: base64(photo(people.franck[1])) },
      { user_id: 'u-1', selfie, metadata: { a: 'b' } },
      { user_id: 'u-1' },
    ]) {
      const answer = await register(body, 'k');
      assert.equal(answer.status, 422, JSON.stringify(Object.keys(body)));
      assert.equal(answer.body.code, 'idempotency_key_reused');
    }
  });

  it('keeps keys of accounts and modes apart', async () => {
    const other = await idv.account();
    const body = { flow: 'registration', user_id: 'u-1', selfie };
    const headers = { 'idempotency-key': 'k' };
    const answers = [
      await account.test('POST', SESSIONS, body, headers),
      await account.live('POST', SESSIONS, body, headers),
      await other.test('POST', SESSIONS, body, headers),
    ];
    assert.equal(new Set(answers.map((answer) => answer.body.id)).size, 3);
  });
});

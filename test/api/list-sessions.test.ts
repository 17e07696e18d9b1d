import assert from 'node:assert/strict';
import { type Service, service } from '../support/service.js';

const SESSIONS = '/v1/verification-sessions';

describe('the list of sessions', function () {
  this.timeout(60_000);
  let idv: Service;
  before(async function () {
    idv = await service(this);
  });

  it('is newest first, page by page, by flow, status and user', async () => {
    const own = await idv.account();
    const ids: string[] = [];
    for (const user_id of ['a', 'b', 'a', 'c', 'a']) {
      ids.unshift((await own.test('POST', SESSIONS, { flow: 'registration', user_id })).body.id);
    }
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = await own.test(
        'GET',
        `${SESSIONS}?limit=2${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      seen.push(...page.body.data.map((session: { id: string }) => session.id));
      cursor = page.body.next_cursor ?? '';
    } while (cursor);
    assert.deepEqual(seen, ids);

    const ofA = await own.test('GET', `${SESSIONS}?user_id=a&status=requires_input&flow=registration`);
    assert.deepEqual(
      ofA.body.data.map((session: { id: string }) => session.id),
      [ids[0], ids[2], ids[4]],
    );
    const none = await own.test('GET', `${SESSIONS}?flow=authentication`);
    assert.deepEqual(none.body.data, []);
    assert.equal((await own.test('GET', `${SESSIONS}?limit=1000`)).status, 422);
  });
});

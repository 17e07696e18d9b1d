import assert from 'node:assert/strict';
import { people, photo } from '../support/photos.js';
import { type Account, type Service, service } from '../support/service.js';
import { collected, flowsOf, outcome } from './flows.js';

const [franck, franckAgain] = people.franck.map(photo);
const [cage, cageAgain] = people.cage.map(photo);

/** AWS's sample indexes "Fred" as "fred" and then looks for "Fred", who is a stranger to himself. */
describe('Defect 9 of the samples, user ids that lose their case on the way', function () {
  this.timeout(90_000);
  let idv: Service;
  let account: Account;
  let flows: ReturnType<typeof flowsOf>;
  before(async function () {
    idv = await service(this);
    account = await idv.account();
    flows = flowsOf(account);
    assert.deepEqual(outcome(await flows.register('Fred', franck)), ['verified', null]);
  });

  it('knows "Fred" as himself, and as nobody else', async () => {
    assert.deepEqual(outcome(await flows.login('Fred', franckAgain)), ['verified', null]);
    assert.deepEqual(outcome(await flows.login('fred', franckAgain)), ['rejected', 'user_not_registered']);
    assert.equal((await flows.login(undefined, franckAgain)).body.user_id, 'Fred');
    assert.equal((await account.test('GET', '/v1/users/Fred')).body.id, 'Fred');
    assert.equal((await account.test('GET', '/v1/users/fred')).status, 404);
  });

  it('takes "fred" for another user: not with the same face, but with another one', async () => {
    assert.deepEqual(outcome(await flows.register('fred', franckAgain)), ['rejected', 'duplicate_face']);
    assert.deepEqual(outcome(await flows.register('fred', cage)), ['verified', null]);
    assert.equal((await flows.login(undefined, cageAgain)).body.user_id, 'fred');
    assert.deepEqual(outcome(await flows.login('Fred', cageAgain)), ['rejected', 'face_not_recognised']);
  });

  it('gives Rekognition no user id that it could change: pseudonyms are of lower case anyway', async () => {
    const ids = (await collected(account)).map(({ ExternalImageId = '' }) => ExternalImageId);
    assert.equal(ids.length, 2);
    for (const id of ids) assert.match(id, /^[a-z2-7]{26}:[a-z2-7]+$/);
  });
});

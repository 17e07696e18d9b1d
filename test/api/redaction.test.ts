import assert from 'node:assert/strict';
import { base64 } from '../support/caller.js';
import { eventually } from '../support/eventually.js';
import { person, registrationOfPerson } from '../support/person.js';
import { oddPhotos, people, photo } from '../support/photos.js';
import { type Account, calm, type Service, service } from '../support/service.js';

const SESSIONS = '/v1/verification-sessions';
const selfie = base64(photo(people.franck[0]));

describe('what a policy keeps, and redaction', function () {
  this.timeout(60_000);
  let idv: Service;
  let account: Account;
  before(async function () {
    idv = await service(this);
  });
  beforeEach(async () => {
    account = await idv.account();
  });
  afterEach(() => calm(idv));

  const objects = async () => {
    const { account: name, mode } = account.tenant;
    const lists = await Promise.all(
      ['incoming', 'retained', 'faces'].map((prefix) =>
        idv.ports.photoVersions.list(`${prefix}/${name}/${mode}/`, { limit: 100 }),
      ),
    );
    return lists.flatMap(({ photos }) => photos.map(({ key }) => key.split('/')[0]));
  };

  const keeps = (kinds: string[]) =>
    eventually(`the bucket has ${kinds}`, async () => `${await objects()}` === `${kinds}`);

  it('takes photos and personal fields out of an ended session, and leaves it readable', async () => {
    const begun = {
      flow: 'registration',
      ...registrationOfPerson,
      profile: person,
      policy: 'keeping',
      selfie,
    };
    const create = () => account.test('POST', SESSIONS, begun, { 'idempotency-key': 'k' });
    const { body: made } = await create();
    assert.equal(made.status, 'verified');
    await keeps(['retained', 'faces']);
    assert.ok((await idv.ports.facts.read(account.tenant, made.id)).length > 0);

    const path = `${SESSIONS}/${made.id}`;
    const { status, body } = await account.test('POST', `${path}/redact`, { operator: 'dpo-7' });
    assert.equal(status, 200);
    assert.equal(body.redaction.status, 'redacted');
    assert.match(body.redaction.by, /\/dpo-7$/);
    for (const [field, gone] of Object.entries({
      user_id: null,
      consent: null,
      metadata: {},
      document: null,
    }))
      assert.deepEqual(body[field], gone, field);
    assert.deepEqual([body.status, body.checks.length], ['verified', 2]);
    assert.deepEqual(await objects(), ['faces'], 'the registered photo is the user’s');
    assert.deepEqual(await idv.ports.facts.read(account.tenant, made.id), []);

    const events = await account.test('GET', `${path}/events`);
    assert.equal(events.body.data.at(-1).type, 'verification_session.redacted');
    const again = await account.test('POST', `${path}/redact`);
    assert.deepEqual(again.body, body, 'asked for twice, done once');
    const { headers, body: replayed } = await create();
    assert.equal(headers.get('idempotent-replayed'), 'true');
    assert.deepEqual(replayed, body, 'who created it once more is not told again what went');
    assert.equal((await account.test('GET', `/v1/users/${registrationOfPerson.user_id}`)).status, 200);
  });

  it('may follow the answer at once, though the row comes after it', async () => {
    idv.twin.faults.update({ dynamodb: { latencyMs: 100 } });
    const begun = { flow: 'registration', user_id: 'u-1', selfie };
    const { body: made } = await account.test('POST', SESSIONS, begun);
    assert.equal(made.status, 'verified');
    const { status, body } = await account.test('POST', `${SESSIONS}/${made.id}/redact`);
    assert.deepEqual([status, body.redaction?.status], [200, 'redacted'], JSON.stringify(body));
  });

  it('is refused while the session goes on', async () => {
    const { body } = await account.test('POST', SESSIONS, { flow: 'registration', user_id: 'u-1' });
    const refused = await account.test('POST', `${SESSIONS}/${body.id}/redact`);
    assert.deepEqual(
      [refused.status, refused.body.code, refused.body.allowed_commands],
      [409, 'wrong_status', ['submit', 'cancel']],
    );
  });

  it('keeps photos of attempts that failed, too', async () => {
    const begun = { flow: 'registration', ...registrationOfPerson, policy: 'keeping' };
    const { body: made } = await account.test('POST', SESSIONS, begun);
    const path = `${SESSIONS}/${made.id}`;
    const failed = await account.test('PUT', `${path}/inputs/selfie`, photo(oddPhotos.sunglasses));
    assert.equal(failed.body.status, 'requires_input');
    await account.test('PUT', `${path}/inputs/selfie`, photo(people.franck[0]));
    await keeps(['retained', 'retained', 'faces']);
  });

  it('begins nothing without consent where the policy asks for it', async () => {
    const begun = { flow: 'registration', user_id: 'u-1', policy: 'keeping', selfie };
    const refused = await account.test('POST', SESSIONS, begun);
    assert.deepEqual([refused.status, refused.body.code], [422, 'consent_required']);
    assert.deepEqual(await objects(), []);
  });
});

import assert from 'node:assert/strict';
import { eventually } from '../support/eventually.js';
import { people, photo } from '../support/photos.js';
import { type Account, calm, type Service, service } from '../support/service.js';

const SESSIONS = '/v1/verification-sessions';
const NOT_WAITING = ['respond-async', 'wait=0'];

describe('a command whose caller does not wait', function () {
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

  const open = async (user_id: string): Promise<string> => {
    const { body } = await account.test('POST', SESSIONS, { flow: 'registration', user_id });
    return `${SESSIONS}/${body.id}`;
  };
  const becomes = (path: string, status: string) =>
    eventually(
      `the session is ${status}`,
      async () => (await account.test('GET', path)).body.status === status,
    );

  for (const prefer of NOT_WAITING) {
    it(`is carried out all the same: a photo, ${prefer}`, async () => {
      idv.twin.faults.update({ rekognition: { latencyMs: 200 } });
      const path = await open('u-1');
      const answer = await account.test('PUT', `${path}/inputs/selfie`, photo(people.franck[0]), { prefer });
      assert.ok([200, 202].includes(answer.status), `${answer.status}`);
      await becomes(path, 'verified');
    });

    it(`is carried out all the same: a cancel, ${prefer}`, async () => {
      const path = await open('u-1');
      const answer = await account.test('POST', `${path}/cancel`, undefined, { prefer });
      assert.ok([200, 202].includes(answer.status), `${answer.status}`);
      await becomes(path, 'canceled');
    });

    it(`is carried out all the same: a registration, ${prefer}`, async () => {
      const selfie = Buffer.from(photo(people.cage[0])).toString('base64');
      const body = { flow: 'registration', user_id: 'u-1', selfie };
      const made = await account.test('POST', SESSIONS, body, { prefer });
      assert.equal(made.status, 202);
      await becomes(`${SESSIONS}/${made.body.id}`, 'verified');
    });
  }

  it('is told how it went when it sends the same photo again, and no other photo is taken then', async () => {
    const error = { name: 'AccessDeniedException', status: 400, message: 'denied' };
    idv.twin.faults.addRule({ service: 'rekognition', operation: 'DetectFaces', when: 'before', error });
    const path = `${await open('u-1')}/inputs/selfie`;
    const put = (name: string) => account.test('PUT', path, photo(name));
    for (let i = 0; i < 2; i++) {
      const { status, body } = await put(people.franck[0]);
      assert.deepEqual([status, body.status], [200, 'blocked'], JSON.stringify(body));
    }
    assert.deepEqual((await put(people.cage[0])).body.code, 'wrong_status');
  });
});

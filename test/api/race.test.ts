import assert from 'node:assert/strict';
import { base64 } from '../support/caller.js';
import { people, photo } from '../support/photos.js';
import { type Account, calm, type Service, service } from '../support/service.js';

const SESSIONS = '/v1/verification-sessions';
const selfies = people.franck.map((name) => base64(photo(name)));

/** docs/decisions/law-of-faces.md: at most one of them may become active, and exactly one where nobody is disturbed. */
describe('registrations of one face under many ids at once', function () {
  this.timeout(120_000);
  let idv: Service;
  before(async function () {
    idv = await service(this);
  });
  afterEach(() => calm(idv));

  const race = async (account: Account, runners: number) => {
    const answers = await Promise.all(
      Array.from({ length: runners }, (_, i) =>
        account.test(
          'POST',
          SESSIONS,
          { flow: 'registration', user_id: `u-${i}`, selfie: selfies[i % selfies.length] },
          { prefer: 'wait=60' },
        ),
      ),
    );
    const users = await Promise.all(
      Array.from({ length: runners }, async (_, i) => (await account.test('GET', `/v1/users/u-${i}`)).status),
    );
    return {
      statuses: answers.map(({ body }) => body.status as string),
      codes: answers.map(({ body }) => body.last_error?.code as string | undefined),
      active: users.filter((status) => status === 200).length,
    };
  };

  it('leaves exactly one of 50', async () => {
    const { statuses, codes, active } = await race(await idv.account(), 50);
    assert.equal(active, 1);
    assert.equal(statuses.filter((status) => status === 'verified').length, 1);
    assert.deepEqual([...new Set(codes)].sort(), ['duplicate_face', undefined]);
  });

  it('leaves exactly one where new faces stay invisible for seconds', async () => {
    idv.twin.faults.update({ rekognition: { visibilityDelayMs: 2_500 } });
    const { statuses, active } = await race(await idv.account(), 12);
    assert.equal(active, 1);
    assert.equal(statuses.filter((status) => status === 'verified').length, 1);
  });

  it('leaves exactly one where answers of IndexFaces are lost and stored twice', async () => {
    idv.twin.faults.update({ rekognition: { duplicateRule: false } });
    idv.twin.faults.addRule({
      service: 'rekognition',
      operation: 'IndexFaces',
      when: 'after',
      error: 'drop',
      probability: 0.5,
      times: 6,
    });
    const { statuses, active } = await race(await idv.account(), 8);
    assert.equal(active, 1);
    assert.equal(statuses.filter((status) => status === 'verified').length, 1);
  });

  it('lets one registration of a user win where many come at once', async () => {
    const account = await idv.account();
    const answers = await Promise.all(
      selfies.map((selfie) =>
        account.test('POST', SESSIONS, { flow: 'registration', user_id: 'u-1', selfie }),
      ),
    );
    const verified = answers.filter(({ body }) => body.status === 'verified');
    assert.equal(verified.length, 1);
    const user = await account.test('GET', '/v1/users/u-1');
    assert.equal(user.body.faces.length, 1);
    assert.equal(user.body.faces[0].verification_session, verified[0]?.body.id);
  });
});

import assert from 'node:assert/strict';
import { captures, film } from '../support/capture.js';
import { people, photo } from '../support/photos.js';
import { type Account, calm, type Service, service } from '../support/service.js';
import { spoof } from '../support/spoofs.js';

const SESSIONS = '/v1/verification-sessions';
const live = photo(people.franck[0]);

/**
 * AWS's sample decides about liveness in the browser, against a threshold that the user sets there; its machines for
 * registration and login never ask, and the score is shown to whoever tries.
 */
describe('Defect 11 of the samples, liveness decided in the browser', function () {
  this.timeout(60_000);
  let idv: Service;
  let account: Account;
  let capture: ReturnType<typeof captures>;
  let picture: Uint8Array;
  before(async function () {
    idv = await service(this);
    account = await idv.account();
    capture = captures(account.test);
    picture = new Uint8Array(await spoof('screen', live, 7));
    const registered = await register('victim');
    await film(idv.twin, registered.captureId, live);
    const { body } = await capture.finish(registered.id, registered.captureId);
    assert.equal(body.status, 'verified');
  });
  after(() => calm(idv));

  /** A session that waits for the capture it began. */
  async function begin(more: object): Promise<{ id: string; captureId: string }> {
    const { body } = await account.test('POST', SESSIONS, { policy: 'liveness', ...more });
    const begun = await capture.begin(body.id);
    return { id: body.id, captureId: begun.body.liveness.session_id };
  }
  const register = (user: string) => begin({ flow: 'registration', user_id: user });

  for (const flow of ['registration', 'authentication', 'photo_update']) {
    it(`does not verify a ${flow} whose client says that the person is live`, async () => {
      const user_id = flow === 'registration' ? 'attacker' : 'victim';
      const { id, captureId } = await begin({ flow, user_id });
      // The picture of a screen; the device is told that it went well, as by AWS.
      assert.equal(await film(idv.twin, captureId, picture), 'SUCCEEDED');
      for (const claim of [
        { confidence: 100 },
        { is_live: true },
        { threshold: 0 },
        { status: 'SUCCEEDED' },
      ]) {
        const { status, body } = await capture.finish(id, captureId, claim);
        assert.deepEqual([status, body.code], [422, 'invalid_request'], 'no such claim is taken');
      }
      const { body } = await capture.finish(id, captureId);
      assert.deepEqual([body.status, body.last_error.code], ['requires_input', 'liveness_failed']);
      assert.deepEqual(
        body.checks.map(({ check }: { check: string }) => check),
        ['liveness'],
        'nothing else was judged',
      );
    });
  }

  it('judges nobody without a capture, whatever else is handed in', async () => {
    const { id } = await register('attacker');
    const { status, body } = await account.test('PUT', `${SESSIONS}/${id}/inputs/selfie`, live);
    assert.deepEqual([status, body.code], [422, 'input_not_expected']);
    const user = await account.test('GET', '/v1/users/attacker');
    assert.equal(user.status, 404);
  });

  it('gives nothing in the words for the person away', async () => {
    const { id, captureId } = await begin({ flow: 'authentication', user_id: 'victim' });
    await film(idv.twin, captureId, picture);
    const { body } = await capture.finish(id, captureId);
    assert.doesNotMatch(body.last_error.message, /\d|confidence|score|threshold/);
  });
});

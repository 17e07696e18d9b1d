import assert from 'node:assert/strict';
import { people, photo } from '../support/photos.js';
import { type Account, calm, type Service, service } from '../support/service.js';
import { collected, flowsOf, outcome } from './flows.js';

const SESSIONS = '/v1/verification-sessions';
const selfie = photo(people.franck[0]);

/**
 * The indexer of AWS's bulk loader does not look at the status of the answer and then tags the photo `Indexed=True`. Here a
 * registration whose IndexFaces failed is no success anywhere, and becomes one only after a call that worked.
 */
describe('Defect 7 of the samples, failures recorded as success', function () {
  this.timeout(90_000);
  let idv: Service;
  let account: Account;
  before(async function () {
    idv = await service(this);
  });
  beforeEach(async () => {
    account = await idv.account();
  });
  afterEach(() => calm(idv));

  const refuseIndexing = (name: string, status: number, times?: number) =>
    idv.twin.faults.addRule({
      service: 'rekognition',
      operation: 'IndexFaces',
      when: 'before',
      error: { name, status, message: 'No.' },
      ...(times ? { times } : {}),
    });
  const exists = async () => (await account.test('GET', '/v1/users/u-1')).status === 200;

  it('waits for an operator where IndexFaces is refused: no user, no face, no success', async () => {
    refuseIndexing('AccessDeniedException', 400);
    const made = await flowsOf(account).register('u-1', selfie);
    assert.deepEqual(outcome(made), ['blocked', 'access_denied']);
    assert.deepEqual([await exists(), await collected(account)], [false, []]);
    const list = await account.test('GET', `${SESSIONS}?status=verified`);
    assert.deepEqual(list.body.data, []);

    calm(idv);
    const { body } = await account.test('POST', `${SESSIONS}/${made.body.id}/resume`, undefined, {
      prefer: 'wait=60',
    });
    assert.equal(body.status, 'verified');
    assert.deepEqual([await exists(), (await collected(account)).length], [true, 1]);
  });

  it('asks for another photo where Rekognition cannot read this one', async () => {
    refuseIndexing('InvalidImageFormatException', 400);
    const made = await flowsOf(account).register('u-1', selfie);
    assert.deepEqual(outcome(made), ['requires_input', 'selfie_unreadable']);
    assert.deepEqual([await exists(), await collected(account)], [false, []]);
  });

  it('calls again where Rekognition failed in passing', async () => {
    refuseIndexing('InternalServerError', 500, 2);
    const made = await flowsOf(account).register('u-1', selfie);
    assert.deepEqual(outcome(made), ['verified', null]);
    assert.deepEqual([await exists(), (await collected(account)).length], [true, 1]);
  });
});

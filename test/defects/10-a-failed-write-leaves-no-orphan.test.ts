import assert from 'node:assert/strict';
import { IndexFacesCommand } from '@aws-sdk/client-rekognition';
import { createAwsClients } from '../../activities/aws/clients.js';
import { awsSettings } from '../../activities/aws/settings.js';
import { eventually } from '../support/eventually.js';
import { people, photo } from '../support/photos.js';
import { type Account, calm, type Service, service } from '../support/service.js';
import { collected, collectionOf, flowsOf, outcome } from './flows.js';

const SESSIONS = '/v1/verification-sessions';
const [selfie, selfieAgain] = people.franck.map(photo);

/**
 * AWS's sample indexes the face and then writes the user's row; where that fails, the face stays, and the person who tries
 * again is refused as a duplicate of themself.
 */
describe('Defect 10 of the samples, an orphan face that blocks its own person', function () {
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

  it('takes the face back where the write after it is refused, and the person registers at the next try', async () => {
    idv.twin.faults.addRule({
      service: 'dynamodb',
      operation: 'UpdateItem',
      when: 'before',
      match: 'SET #state = :active', // the write that makes the face count
      error: { name: 'AccessDeniedException', status: 400, message: 'No.' },
    });
    const { register, login } = flowsOf(account);
    const made = await register('u-1', selfie);
    assert.deepEqual(outcome(made), ['blocked', 'access_denied']);
    const indexed = idv.twin.faults.requests().filter(({ operation, body, status }) => {
      return operation === 'IndexFaces' && body.includes(account.tenant.account) && status === 200;
    });
    assert.ok(indexed.length > 0, 'there was a face');
    await eventually('the face is taken back', async () => (await collected(account)).length === 0);

    calm(idv);
    await account.test('POST', `${SESSIONS}/${made.body.id}/cancel`);
    assert.deepEqual(outcome(await register('u-1', selfie)), ['verified', null]);
    assert.equal((await collected(account)).length, 1);
    assert.deepEqual(outcome(await login('u-1', selfieAgain)), ['verified', null]);
  });

  it('lets the person register beside a face that no row vouches for, wherever it is', async () => {
    const { rekognition, destroy } = createAwsClients(awsSettings({}));
    const owner = `${'a'.repeat(26)}:orphan`; // in the form of ours, but of no row
    for (const [shard, ExternalImageId] of [
      ['s0', owner],
      ['s1', 'left-by-hand'],
    ] as const)
      await rekognition.send(
        new IndexFacesCommand({
          CollectionId: collectionOf(account, shard),
          Image: { Bytes: selfie },
          ExternalImageId,
        }),
      );
    destroy();
    assert.equal((await collected(account)).length, 2);
    const { register, login } = flowsOf(account);
    assert.deepEqual(outcome(await register('u-1', selfieAgain)), ['verified', null]);
    assert.equal((await login(undefined, selfie)).body.user_id, 'u-1');
  });
});

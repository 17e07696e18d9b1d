import assert from 'node:assert/strict';
import { people, photo } from '../support/photos.js';
import { type Account, service } from '../support/service.js';
import { flowsOf, outcome } from './flows.js';

/**
 * The payload of AWS's bulk loader names no bucket and no key, and its indexer dies of a KeyError for each photo. Here
 * whoever sends a photo by its place is told which part of the place is missing, before anything begins.
 */
describe('Defect 6 of the samples, photos in S3 without a bucket or a key', function () {
  this.timeout(60_000);
  let account: Account;
  before(async function () {
    account = await (await service(this)).account();
  });

  for (const [what, s3] of [
    ['no bucket', { key: 'a.jpg' }],
    ['no key', { bucket: 'partner-photos' }],
    ['neither', {}],
    ['an empty key', { bucket: 'partner-photos', key: '' }],
    ['other names for both', { Bucket: 'partner-photos', Name: 'a.jpg' }],
  ] as const) {
    it(`are refused by name of the field, and no session begins: ${what}`, async () => {
      const answer = await flowsOf(account).register('u-2', { s3 });
      assert.deepEqual([answer.status, answer.body.code], [422, 'invalid_request']);
      const pointers = answer.body.errors.map(({ pointer }: { pointer: string }) => pointer);
      assert.ok(
        pointers.every((pointer: string) => pointer.startsWith('/selfie')),
        pointers.join(),
      );
      const list = await account.test('GET', '/v1/verification-sessions?user_id=u-2');
      assert.deepEqual(list.body.data, []);
    });
  }

  it('do not stand in the way of the photo itself', async () => {
    const answer = await flowsOf(account).register('u-1', photo(people.franck[0]));
    assert.deepEqual(outcome(answer), ['verified', null]);
  });
});

import assert from 'node:assert/strict';
import { people, photo } from '../support/photos.js';
import { type Account, type Service, service } from '../support/service.js';
import { flowsOf, outcome } from './flows.js';

const [franck, franckAgain] = people.franck.map(photo);
const [cage, cageAgain] = people.cage.map(photo);

/**
 * AWS's sample searches at login and then looks at the comparison a second time, so that what the search found is never
 * used; its update asks for a field that the comparison never returns.
 */
describe('Defect 4 of the samples, a search whose result nobody reads', function () {
  this.timeout(90_000);
  let idv: Service;
  let account: Account;
  let flows: ReturnType<typeof flowsOf>;
  before(async function () {
    idv = await service(this);
    account = await idv.account();
    flows = flowsOf(account);
    for (const [user, selfie] of [
      ['franck', franck],
      ['cage', cage],
    ] as const)
      assert.deepEqual(outcome(await flows.register(user, selfie)), ['verified', null]);
  });

  it('lets in whom the search found, and names that user where none was claimed', async () => {
    const claimed = await flows.login('cage', cageAgain);
    assert.deepEqual(outcome(claimed), ['verified', null]);
    const anybody = await flows.login(undefined, franckAgain);
    assert.deepEqual([anybody.body.status, anybody.body.user_id], ['verified', 'franck']);
    for (const { body } of [claimed, anybody]) {
      const match = body.checks.find(({ check }: { check: string }) => check === 'user_match');
      assert.ok(match.similarity >= 95, `${match.similarity}`);
    }
  });

  it('lets nobody in as the user whom the search did not find, however well it knows the face', async () => {
    assert.deepEqual(outcome(await flows.login('franck', cageAgain)), ['rejected', 'face_not_recognised']);
  });

  it('lets a photo be replaced by the user whom the search found, and by no other one', async () => {
    assert.deepEqual(outcome(await flows.update('franck', cageAgain)), ['rejected', 'face_not_recognised']);
    assert.deepEqual(outcome(await flows.update('franck', franckAgain)), ['verified', null]);
  });
});

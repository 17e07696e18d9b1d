import assert from 'node:assert/strict';
import { pseudonymKey } from '../../activities/aws/pseudonym-key.js';
import { awsSettings } from '../../activities/aws/settings.js';
import { createIdentities } from '../../api/identities.js';
import { chooseShard } from '../../domain/shards.js';
import { people, photo } from '../support/photos.js';
import { type Account, type Service, service } from '../support/service.js';
import { collected, flowsOf, outcome } from './flows.js';

const franck = people.franck.map(photo);

/** AWS's sample looks for duplicates in the caller's own shard only, so that one face registers once a shard. */
describe('Defect 2 of the samples, duplicates that are looked for in one shard only', function () {
  this.timeout(90_000);
  let idv: Service;
  before(async function () {
    idv = await service(this);
  });

  /** A user id of the account whose face belongs in that shard. */
  function userIn(shard: string, { tenant }: Account): string {
    const pseudonym = pseudonymKey(idv.environment);
    const { subject } = createIdentities({ pseudonym, idempotency: pseudonym });
    const shards = awsSettings(idv.environment).IDV_SHARDS;
    for (let i = 0; ; i++) {
      const userId = `${shard}-${i}`;
      if (chooseShard(shards, subject(tenant, userId)).id === shard) return userId;
    }
  }

  for (const [first, second] of [
    ['s0', 's1'],
    ['s1', 's0'],
  ] as const) {
    it(`finds in ${first} whoever registers again as a user of ${second}`, async () => {
      const account = await idv.account();
      const { register } = flowsOf(account);
      const made = await register(userIn(first, account), franck[0]);
      assert.deepEqual(outcome(made), ['verified', null]);
      const again = await register(userIn(second, account), franck[1]);
      assert.deepEqual(outcome(again), ['rejected', 'duplicate_face']);
      assert.deepEqual(
        (await collected(account)).map(({ shard }) => shard),
        [first],
      );
    });
  }
});

import assert from 'node:assert/strict';
import { holderOf } from '../../../../domain/batch/holder.js';
import { onTwin } from '../../support/on-twin.js';

describe('a user', () => {
  it('who is held for a chunk is its later try’s: the earlier one neither takes it nor lets go of it', async () => {
    const aws = await onTwin();
    const { batchUsers, users } = aws.ports;
    const tenant = await aws.tenant();
    const subject = 'held';
    const JOB = 'bj_aaaaaaaaaaaaaaaaaaaaaaaaaa';
    const [other, earlier, later] = [
      holderOf(JOB, { chunk: 30, fence: 11 }),
      holderOf(JOB, { chunk: 3, fence: 9 }),
      holderOf(JOB, { chunk: 3, fence: 10 }),
    ];
    const hold = (holder: string) => batchUsers.hold(tenant, { subject, userId: 'u', holder, faceKey: 'k' });
    const busy = async () => (await users.read(tenant, subject))?.busy;
    await hold(earlier);
    assert.equal(await hold(other), 'busy');
    assert.deepEqual(await hold(later), { active: [] });
    assert.equal(await hold(earlier), 'busy');
    await users.settle(tenant, subject, earlier);
    await users.release(tenant, subject, earlier);
    assert.equal(await busy(), later);
    await hold(later);
    await users.settle(tenant, subject, holderOf(JOB, { chunk: 3, fence: 11 }));
    assert.equal(await busy(), undefined, 'who was held by a try that died is let go of by the next one');
  });
});

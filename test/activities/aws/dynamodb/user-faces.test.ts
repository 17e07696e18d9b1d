import assert from 'node:assert/strict';
import type { UserTable } from '../../../../activities/ports.js';
import type { Tenant } from '../../../../domain/session.js';
import { loseAnswer, type OnTwin, onTwin, undisturbed } from '../../support/on-twin.js';
import { indexed, placed } from '../../support/rows.js';

describe('rows of faces', () => {
  let aws: OnTwin;
  let users: UserTable;
  let tenant: Tenant;
  let number = 0;
  let subject: string;
  before(async () => {
    aws = await onTwin();
    users = aws.ports.users;
    tenant = await aws.tenant();
  });
  beforeEach(() => {
    subject = `faces${number++}`;
  });
  afterEach(() => undisturbed(aws));

  const faceOf = (sessionId: string, startedAt = 1_000) =>
    placed({ subject, faceKey: 'key', sessionId, startedAt });
  const commit = (face: ReturnType<typeof faceOf>, faceId = 'f1') =>
    users.commitFace(tenant, { ...face, generation: '1', face: indexed(faceId) });
  const row = async () => (await users.readFaces(tenant, [{ subject, faceKey: 'key' }]))[0];

  it('are put in line once: a repeat is told where the first one stands', async () => {
    const first = await users.placeFace(tenant, faceOf('s', 1_000));
    const again = await users.placeFace(tenant, { ...faceOf('s', 2_000), collection: 'elsewhere' });
    assert.deepEqual([again.rank, again.collection], [first.rank, 'c']);
    assert.deepEqual([(await row())?.state, (await row())?.faces], ['tentative', {}]);
  });

  it('are put in line by a call whose answer was lost', async () => {
    loseAnswer(aws, 'dynamodb', 'PutItem');
    await assert.rejects(users.placeFace(tenant, faceOf('s')), { type: 'DependencyUnavailable' });
    assert.deepEqual((await users.placeFace(tenant, faceOf('s', 5_000))).rank.startedAt, 1_000);
  });

  it('become active once, with the face they vouch for', async () => {
    await users.placeFace(tenant, faceOf('s'));
    assert.equal(await commit(faceOf('s')), true);
    assert.deepEqual([(await row())?.state, (await row())?.faces], ['active', { 1: indexed('f1') }]);
  });

  it('are known to be active when the answer of the commit was lost', async () => {
    await users.placeFace(tenant, faceOf('s'));
    loseAnswer(aws, 'dynamodb', 'UpdateItem');
    await assert.rejects(commit(faceOf('s')), { type: 'DependencyUnavailable' });
    assert.equal(await commit(faceOf('s')), true);
    assert.equal(await commit(faceOf('s'), 'another face'), false);
    assert.deepEqual((await row())?.faces, { 1: indexed('f1') });
  });

  it('do not become active out of nothing, with another rank, or once lost', async () => {
    assert.equal(await commit(faceOf('s')), false);
    assert.equal(await row(), undefined);
    await users.placeFace(tenant, faceOf('s'));
    assert.equal(await commit(faceOf('s', 999)), false);
    assert.equal(await commit(faceOf('other')), false);
    assert.equal(await users.displaceFace(tenant, faceOf('s')), true);
    assert.equal(await commit(faceOf('s')), false);
    assert.equal((await row())?.state, 'lost');
  });

  it('are displaced only where they were seen', async () => {
    assert.equal(await users.displaceFace(tenant, faceOf('s')), false);
    assert.equal(await row(), undefined);
    await users.placeFace(tenant, faceOf('s'));
    assert.equal(await users.displaceFace(tenant, faceOf('s', 2_000)), false);
    assert.equal(await users.displaceFace(tenant, faceOf('other')), false);
    await commit(faceOf('s'));
    assert.equal(await users.displaceFace(tenant, faceOf('s')), false);
    assert.equal((await row())?.state, 'active');
  });

  it('are either active or lost when a commit and twenty rivals meet', async () => {
    await users.placeFace(tenant, faceOf('s'));
    const rivals = Array.from({ length: 20 }, () => users.displaceFace(tenant, faceOf('s')));
    const [committed, ...displaced] = await Promise.all([commit(faceOf('s')), ...rivals]);
    assert.equal(displaced.filter(Boolean).length, committed ? 0 : 1);
    assert.equal((await row())?.state, committed ? 'active' : 'lost');
  });

  it('are taken back by the session that put them there, tentative, lost or active', async () => {
    for (const step of [
      undefined,
      () => users.displaceFace(tenant, faceOf('s')),
      () => commit(faceOf('s')),
    ]) {
      await users.placeFace(tenant, faceOf('s'));
      await step?.();
      await users.withdrawFace(tenant, { subject, faceKey: 'key' }, 's');
      assert.equal(await row(), undefined);
    }
    await users.withdrawFace(tenant, { subject, faceKey: 'key' }, 's');
  });

  it('are not taken back by another session', async () => {
    await users.placeFace(tenant, faceOf('s'));
    await users.withdrawFace(tenant, { subject, faceKey: 'key' }, 'other');
    assert.equal((await row())?.state, 'tentative');
    await commit(faceOf('s'));
    await users.withdrawFace(tenant, { subject, faceKey: 'key' }, 'other');
    assert.equal((await row())?.state, 'active');
  });

  it('are read however many there are, each once, and none that is not there', async () => {
    const keys = Array.from({ length: 230 }, (_, i) => ({ subject, faceKey: `k${i}` }));
    const there = keys.filter((_, i) => i % 2 === 0);
    await Promise.all(there.map((key) => users.placeFace(tenant, { ...faceOf('s'), ...key })));
    aws.calls();
    const rows = await users.readFaces(tenant, [...keys, ...keys, ...there]);
    assert.deepEqual(rows.map(({ faceKey }) => faceKey).sort(), there.map(({ faceKey }) => faceKey).sort());
    assert.deepEqual(aws.calls(), ['BatchGetItem', 'BatchGetItem', 'BatchGetItem']);
    assert.deepEqual(await users.readFaces(tenant, []), []);
  });

  it('are read strongly', async () => {
    aws.calls();
    await users.readFaces(tenant, [{ subject, faceKey: 'key' }]);
    await users.read(tenant, subject);
    const bodies = aws.twin.faults.requests().map(({ body }) => body);
    assert.equal(bodies.length, 2);
    for (const body of bodies) assert.match(body, /"ConsistentRead":true/);
  });
});

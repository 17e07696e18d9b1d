import assert from 'node:assert/strict';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { faceRowKey } from '../../../../activities/aws/dynamodb/keys.js';
import type { BatchUsers } from '../../../../activities/ports/batch-users.js';
import type { UserTable } from '../../../../activities/ports.js';
import { holderOf } from '../../../../domain/batch/holder.js';
import type { Tenant } from '../../../../domain/session.js';
import { heldForAnHour } from '../../support/held-for-an-hour.js';
import { loseAnswer, type OnTwin, onTwin, undisturbed } from '../../support/on-twin.js';
import { indexed, placed } from '../../support/rows.js';

const JOB = 'bj_aaaaaaaaaaaaaaaaaaaaaaaaaa';
const OTHER_JOB = 'bj_bbbbbbbbbbbbbbbbbbbbbbbbbb';
const image = { bucket: 'archive', key: 'photos/ü 1+.jpg', region: 'eu-west-1' };

describe('a user of a batch job', () => {
  let aws: OnTwin;
  let users: UserTable;
  let batch: BatchUsers;
  let tenant: Tenant;
  let number = 0;
  let subject: string;
  before(async () => {
    aws = await onTwin();
    users = aws.ports.users;
    batch = aws.ports.batchUsers;
    tenant = await aws.tenant();
  });
  beforeEach(() => {
    subject = `batch${number++}`;
  });
  afterEach(() => undisturbed(aws));

  const hold = (holder = holderOf(JOB, { chunk: 3, fence: 9 }), faceKey = 'item', userId = 'u-secret') =>
    batch.hold(tenant, { subject, userId, holder, faceKey });
  const commit = (jobId = JOB, faceKey = 'item', name = 'f') =>
    batch.commit(tenant, {
      subject,
      faceKey,
      rank: { startedAt: 5, sessionId: jobId },
      chunk: 3,
      generation: '1',
      face: indexed(name),
      image,
    });
  const settle = (holder = holderOf(JOB, { chunk: 3, fence: 9 })) => users.settle(tenant, subject, holder);
  const hourPasses = () => heldForAnHour(aws, tenant, subject);

  it('who is new takes one write to hold, one to commit, one to let go', async () => {
    aws.calls();
    assert.deepEqual(await hold(), { active: [] });
    const row = await commit();
    await settle();
    assert.deepEqual(aws.calls(), ['UpdateItem', 'PutItem', 'UpdateItem']);
    assert.deepEqual(row, {
      subject,
      faceKey: 'item',
      state: 'active',
      rank: { startedAt: 5, sessionId: JOB },
      faces: { 1: indexed('f') },
      image,
      chunk: 3,
    });
    const user = await users.read(tenant, subject);
    assert.deepEqual(user?.faces, [row]);
    assert.deepEqual(await users.readFaces(tenant, [row]), [row]);
    assert.deepEqual(await aws.ports.reconcileTable.faces(tenant, subject), [row]);
    assert.deepEqual([user?.userId, user?.busy], ['u-secret', undefined]);
    assert.ok((user?.createdAt ?? 0) > 0);
  });

  it('has rows that do not tell where its photo is, whose key may be its user id', async () => {
    await hold();
    const face = await commit();
    const get = { TableName: aws.settings.IDV_TABLE, Key: marshall(faceRowKey(tenant, face)) };
    const stored = () => aws.clients.dynamodb.send(new GetItemCommand(get));
    const { Item } = await stored();
    assert.ok(Item && !JSON.stringify(Item).includes(image.key));
    assert.ok(Item.sealedImage);
    await users.replaceFace(tenant, face);
    assert.equal((await stored()).Item?.sealedImage, undefined);
  });

  it('who is known is read: its faces that count, and the very face', async () => {
    await hold();
    const row = await commit();
    await settle();
    aws.calls();
    assert.deepEqual(await hold(holderOf(OTHER_JOB, { chunk: 0, fence: 1 })), { active: [row], own: row });
    assert.deepEqual(aws.calls(), ['UpdateItem', 'Query']);
    await settle(holderOf(OTHER_JOB, { chunk: 0, fence: 1 }));
    assert.deepEqual(await hold(undefined, 'another'), { active: [row] });
    await users.replaceFace(tenant, { subject, faceKey: 'item' });
    const again = await hold();
    assert.ok(typeof again === 'object');
    assert.deepEqual([again.active, again.own?.state], [[], 'replaced']);
  });

  it('keeps who it is when a batch job meets it again', async () => {
    await users.reserve(tenant, subject, 's', { userId: 'registered' });
    await users.placeFace(tenant, placed({ subject, faceKey: 'k', sessionId: 's' }));
    const face = {
      ...placed({ subject, faceKey: 'k', sessionId: 's' }),
      generation: '1',
      face: indexed('k'),
    };
    await users.commitFace(tenant, face);
    assert.equal(await hold(), 'busy');
    await users.settle(tenant, subject, 's');
    const held = await hold(undefined, 'item', 'written otherwise');
    assert.ok(typeof held === 'object');
    assert.deepEqual(
      held.active.map(({ faceKey }) => faceKey),
      ['k'],
    );
    assert.equal((await users.read(tenant, subject))?.userId, 'registered');
  });

  it('is one chunk’s of twenty that want it at once, and that chunk’s again', async () => {
    const holders = Array.from({ length: 20 }, (_, chunk) => holderOf(JOB, { chunk, fence: 1 }));
    const answers = await Promise.all(holders.map((holder) => hold(holder)));
    assert.equal(answers.filter((answer) => answer === 'busy').length, 19);
    const winner = holders[answers.findIndex((answer) => answer !== 'busy')] ?? '';
    assert.equal((await users.read(tenant, subject))?.busy, winner);
    assert.deepEqual(await hold(winner), { active: [] });
    assert.equal(await users.reserve(tenant, subject, 's', { userId: 'u' }), 'busy');
  });

  it('is held by the chunk whose answer was lost, and counts by a commit whose answer was', async () => {
    loseAnswer(aws, 'dynamodb', 'UpdateItem');
    await assert.rejects(hold(), { type: 'DependencyUnavailable' });
    assert.deepEqual(await hold(), { active: [] });
    loseAnswer(aws, 'dynamodb', 'PutItem');
    await assert.rejects(commit(), { type: 'DependencyUnavailable' });
    const row = await commit();
    assert.deepEqual([row.state, row.rank.sessionId], ['active', JOB]);
  });

  it('has a face once, whichever of two jobs commits it first', async () => {
    const rows = await Promise.all([commit(JOB, 'item', 'one'), commit(OTHER_JOB, 'item', 'two')]);
    assert.deepEqual(rows[0], rows[1]);
    assert.deepEqual((await users.read(tenant, subject))?.faces, [rows[0]]);
  });

  it('has as many faces as were added', async () => {
    await hold();
    await commit(JOB, 'item', 'one');
    const held = await hold(undefined, 'next');
    assert.ok(typeof held === 'object' && held.active.length === 1);
    await commit(JOB, 'next', 'two');
    await settle();
    const { faces = [] } = (await users.read(tenant, subject)) ?? {};
    assert.deepEqual(faces.map(({ faceKey, state }) => `${faceKey} ${state}`).sort(), [
      'item active',
      'next active',
    ]);
  });

  it('who is being erased is not held', async () => {
    await aws.ports.erasures.mark(tenant, subject, 'er_1', { hadFaces: false });
    assert.equal(await hold(), 'erasing');
  });

  it('who is erased between hold and commit stays erased', async () => {
    await hold();
    await aws.ports.erasures.mark(tenant, subject, 'er_1', { hadFaces: false });
    assert.equal(await aws.ports.erasures.holder(tenant, subject), holderOf(JOB, { chunk: 3, fence: 9 }));
    await aws.ports.erasures.fence(tenant, subject);
    const row = await commit();
    assert.deepEqual([row.state, row.faces], ['erased', {}]);
    assert.equal(await hold(), 'erasing');
    await aws.ports.erasures.removeUser(tenant, subject);
    await aws.ports.erasures.unmark(tenant, subject, 'er_1');
    assert.equal(await users.read(tenant, subject), undefined);
  });

  describe('who was erased while a chunk was about to commit', () => {
    beforeEach(async () => {
      await hold();
      await aws.ports.erasures.mark(tenant, subject, 'er_1', { hadFaces: false });
      await aws.ports.erasures.fence(tenant, subject);
      await aws.ports.erasures.removeUser(tenant, subject);
      await aws.ports.erasures.unmark(tenant, subject, 'er_1');
    });

    it('counts no more, however late the chunk does', async () => {
      assert.equal((await commit()).state, 'erased');
      assert.equal(await users.read(tenant, subject), undefined);
      assert.equal(await aws.ports.erasures.removeUser(tenant, subject), 0, 'another pass finds nothing');
      const held = await hold();
      assert.ok(typeof held === 'object' && held.active.length === 0);
      assert.equal((await commit()).state, 'erased', 'nor where a later try of the chunk holds the user');
    });

    it('may be taken up by another job, and counts then', async () => {
      const holder = holderOf(OTHER_JOB, { chunk: 0, fence: 1 });
      await hold(holder);
      assert.equal((await commit(OTHER_JOB)).state, 'erased');
      assert.deepEqual(await hold(holder), { active: [] });
      assert.equal((await commit(OTHER_JOB)).state, 'active');
    });

    it('is kept out by the erasure after that, and not by the one before', async () => {
      await hold(holderOf(OTHER_JOB, { chunk: 0, fence: 1 }));
      await aws.ports.erasures.mark(tenant, subject, 'er_2', { hadFaces: false });
      await aws.ports.erasures.fence(tenant, subject);
      assert.deepEqual((await commit(OTHER_JOB)).rank.sessionId, holderOf(OTHER_JOB, { chunk: 0, fence: 1 }));
    });
  });

  it('who counted before the fence counts no more after it', async () => {
    await hold();
    await aws.ports.erasures.mark(tenant, subject, 'er_1', { hadFaces: false });
    assert.equal((await commit()).state, 'active');
    await aws.ports.erasures.fence(tenant, subject);
    const [row] = await users.readFaces(tenant, [{ subject, faceKey: 'item' }]);
    assert.deepEqual([row?.state, row?.chunk], ['erased', 3]);
  });

  describe('whose chunk is long gone', () => {
    it('is taken over after an hour, and the chunk cannot commit should it wake', async () => {
      await hold();
      assert.equal(await hold(holderOf(OTHER_JOB, { chunk: 0, fence: 1 }), 'other'), 'busy');
      await hourPasses();
      const held = await hold(holderOf(OTHER_JOB, { chunk: 0, fence: 1 }), 'other');
      assert.deepEqual(held, { active: [] });
      assert.equal((await commit()).state, 'lost');
      assert.equal((await commit(OTHER_JOB, 'other')).state, 'active');
    });

    it('gets its photo nevertheless, from whoever holds it next', async () => {
      await hold();
      await hourPasses();
      assert.equal(await users.reserve(tenant, subject, 's', { userId: 'u' }), 'reserved');
      assert.equal((await commit()).state, 'lost');
      await users.settle(tenant, subject, 's');
      assert.deepEqual(await hold(), { active: [] });
      assert.equal((await commit()).state, 'active');
    });
  });
});

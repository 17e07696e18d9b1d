import assert from 'node:assert/strict';
import { QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { profileKey, userPartition } from '../../../../activities/aws/dynamodb/keys.js';
import { createSeal } from '../../../../activities/aws/dynamodb/seal.js';
import { createUserTable } from '../../../../activities/aws/dynamodb/user-table.js';
import type { UserTable } from '../../../../activities/ports.js';
import type { Tenant } from '../../../../domain/session.js';
import { between } from '../../support/between.js';
import { loseAnswer, type OnTwin, onTwin, sealKey, undisturbed } from '../../support/on-twin.js';
import { indexed, placed } from '../../support/rows.js';

const person = { userId: 'zuzana@example.com', profile: { name: 'Zuzana', birthDate: '1979-02-17' } };

describe('a user is held by one session at a time', () => {
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
    subject = `reserved${number++}`;
  });
  afterEach(() => undisturbed(aws));

  const reserve = (sessionId: string, who = person) => users.reserve(tenant, subject, sessionId, who);
  async function register(sessionId: string, faceKey = 'key') {
    const face = placed({ subject, faceKey, sessionId });
    assert.equal(await reserve(sessionId), 'reserved');
    await users.placeFace(tenant, face);
    assert.equal(await users.commitFace(tenant, { ...face, generation: '1', face: indexed('f') }), true);
  }

  it('lets exactly one of twenty sessions have it', async () => {
    const sessions = Array.from({ length: 20 }, (_, i) => `s${i}`);
    const answers = await Promise.all(sessions.map((session) => reserve(session)));
    assert.deepEqual(answers.filter((answer) => answer === 'reserved').length, 1);
    assert.deepEqual(answers.filter((answer) => answer === 'busy').length, 19);
    const winner = sessions[answers.indexOf('reserved')];
    assert.equal((await users.read(tenant, subject))?.busy, winner);
  });

  it('gives it again to the session that has it', async () => {
    assert.equal(await reserve('s'), 'reserved');
    assert.equal(await reserve('s'), 'reserved');
  });

  it('gives it to the session whose first answer was lost', async () => {
    loseAnswer(aws, 'dynamodb', 'UpdateItem');
    await assert.rejects(reserve('s'), { type: 'DependencyUnavailable' });
    assert.equal(await reserve('other'), 'busy');
    assert.equal(await reserve('s'), 'reserved');
    assert.deepEqual((await users.read(tenant, subject))?.profile, person.profile);
  });

  it('stores who it is so that nobody can read it in the table', async () => {
    await reserve('s');
    const user = await users.read(tenant, subject);
    assert.deepEqual([user?.userId, user?.profile], [person.userId, person.profile]);
    assert.ok((user?.createdAt ?? 0) > 0);
    const { Items = [] } = await aws.clients.dynamodb.send(
      new QueryCommand({
        TableName: aws.settings.IDV_TABLE,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: userPartition(tenant, subject) } },
        ConsistentRead: true,
      }),
    );
    assert.equal(Items.length, 1);
    const bytes = Items.flatMap((item) => Object.values(item)).map(({ S, B }) =>
      Buffer.from(B ?? S ?? '').toString('latin1'),
    );
    assert.ok(!bytes.some((text) => /zuzana|1979-02-17/i.test(text)));
  });

  it('says that a user exists, whether another session holds it or none', async () => {
    await register('first');
    assert.equal(await reserve('second'), 'exists');
    await users.settle(tenant, subject, 'first');
    assert.equal(await reserve('second'), 'exists');
    assert.equal((await users.read(tenant, subject))?.busy, undefined);
  });

  it('lets the session that registered the user go on after a repeat', async () => {
    await register('first');
    assert.equal(await reserve('first'), 'reserved');
  });

  it('keeps who the user is when somebody tries to register it again', async () => {
    await register('first');
    await users.settle(tenant, subject, 'first');
    await reserve('second', { userId: 'somebody else', profile: { name: 'Else', birthDate: '' } });
    assert.equal((await users.read(tenant, subject))?.userId, person.userId);
  });

  it('is let go of by the session that holds it only', async () => {
    await reserve('s');
    await users.settle(tenant, subject, 'other');
    await users.release(tenant, subject, 'other');
    assert.equal((await users.read(tenant, subject))?.busy, 's');
  });

  it('disappears when it is released without an active face, also when an answer was lost', async () => {
    await reserve('s');
    loseAnswer(aws, 'dynamodb', 'UpdateItem');
    await assert.rejects(users.release(tenant, subject, 's'), { type: 'DependencyUnavailable' });
    await users.release(tenant, subject, 's');
    await users.release(tenant, subject, 's');
    assert.equal(await users.read(tenant, subject), undefined);
  });

  it('stays when it is released with an active face', async () => {
    await register('s');
    await users.release(tenant, subject, 's');
    const user = await users.read(tenant, subject);
    assert.deepEqual([user?.userId, user?.busy, user?.faces.length], [person.userId, undefined, 1]);
  });

  it('belongs to one of those who reserve it while it is released', async () => {
    for (let round = 0; round < 3; round++) {
      await reserve('old');
      const others = Array.from({ length: 10 }, (_, i) => `new${i}`);
      const [, ...answers] = await Promise.all([
        users.release(tenant, subject, 'old'),
        ...others.map((session) => reserve(session)),
      ]);
      const winner = others[answers.indexOf('reserved')];
      assert.ok(answers.filter((answer) => answer === 'reserved').length <= 1);
      const user = await users.read(tenant, subject);
      assert.equal(user?.busy, winner);
      if (winner) {
        assert.equal(user?.userId, person.userId);
        await users.release(tenant, subject, winner);
      }
    }
  });

  describe('whose session is long gone', () => {
    const since = (busySince: number) =>
      aws.clients.dynamodb.send(
        new UpdateItemCommand({
          TableName: aws.settings.IDV_TABLE,
          Key: marshall(profileKey(tenant, subject)),
          UpdateExpression: 'SET busySince = :since',
          ExpressionAttributeValues: marshall({ ':since': busySince }),
        }),
      );
    const hour = 3_600_000;

    it('is taken over after an hour, by one session only, and by none before', async () => {
      await reserve('dead');
      await since(Date.now() - hour + 60_000);
      assert.equal(await reserve('early'), 'busy');
      await since(Date.now() - hour - 1);
      const sessions = Array.from({ length: 10 }, (_, i) => `s${i}`);
      const answers = await Promise.all(sessions.map((session) => reserve(session)));
      assert.equal(answers.filter((answer) => answer === 'reserved').length, 1);
      assert.equal((await users.read(tenant, subject))?.busy, sessions[answers.indexOf('reserved')]);
    });

    it('is not let go of by that session, should it wake', async () => {
      await reserve('dead');
      await since(0);
      assert.equal(await reserve('next'), 'reserved');
      await users.settle(tenant, subject, 'dead');
      await users.release(tenant, subject, 'dead');
      assert.equal((await users.read(tenant, subject))?.busy, 'next');
      assert.equal(await reserve('dead'), 'busy');
    });

    it('exists, when that session registered it and never let go', async () => {
      await register('dead');
      await since(0);
      assert.equal(await reserve('next'), 'exists');
      assert.equal((await users.read(tenant, subject))?.userId, person.userId);
    });
  });

  it('is busy for a session that lost it before it could say who the user is', async () => {
    const client = between(aws.clients.dynamodb, async (input, send) => {
      if (input.UpdateExpression === 'SET sealed = :sealed') {
        await users.release(tenant, subject, 'slow');
        await reserve('other');
      }
      return send();
    });
    const slow = createUserTable(client, aws.settings.IDV_TABLE, createSeal([sealKey]));
    assert.equal(await slow.reserve(tenant, subject, 'slow', { userId: 'somebody else' }), 'busy');
    const user = await users.read(tenant, subject);
    assert.deepEqual([user?.busy, user?.userId], ['other', person.userId]);
  });

  it('is another one for each account and mode', async () => {
    await reserve('s');
    assert.equal(await users.read({ ...tenant, mode: 'live' }, subject), undefined);
    assert.equal(await users.read({ ...tenant, account: 'other' }, subject), undefined);
    assert.equal(await users.reserve({ ...tenant, mode: 'live' }, subject, 't', person), 'reserved');
  });
});

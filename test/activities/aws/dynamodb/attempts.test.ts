import assert from 'node:assert/strict';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { attemptsKey } from '../../../../activities/aws/dynamodb/keys.js';
import type { UserTable } from '../../../../activities/ports.js';
import type { Tenant } from '../../../../domain/session.js';
import { eventually } from '../../../support/eventually.js';
import { loseAnswer, type OnTwin, onTwin, undisturbed } from '../../support/on-twin.js';

describe('login attempts', () => {
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
    subject = `attempts${number++}`;
  });
  afterEach(() => undisturbed(aws));

  const count = (id: string, withinSeconds = 900, attempts = 5) =>
    users.countAttempt(tenant, subject, id, { attempts, withinSeconds });

  it('are all counted when thirty come at once', async () => {
    const locked = await Promise.all(Array.from({ length: 30 }, (_, i) => count(`a${i}`)));
    assert.equal(locked.filter((one) => !one).length, 5);
  });

  it('are counted once each, however often they are repeated', async () => {
    for (let repeat = 0; repeat < 3; repeat++) {
      const locked = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((id) => count(id)));
      assert.deepEqual(locked, [false, false, false, false, false]);
    }
    assert.equal(await count('f'), true);
    assert.equal(await count('e'), false); // the repeat of one that was let through
  });

  it('are counted when the answer was lost, and not twice', async () => {
    loseAnswer(aws, 'dynamodb', 'UpdateItem');
    await assert.rejects(count('a', 900, 1), { type: 'DependencyUnavailable' });
    assert.equal(await count('a', 900, 1), false);
    assert.equal(await count('b', 900, 1), true);
  });

  it('begin again when the window has passed, and are all counted in the next one', async () => {
    assert.equal(await count('first', 1, 1), false);
    await eventually('the window passes', async () => !(await count('second', 900, 1)));
    const locked = await Promise.all(Array.from({ length: 10 }, (_, i) => count(`a${i}`, 900, 3)));
    assert.equal(locked.filter((one) => !one).length, 2);
  });

  it('of a window that has passed let only as many through at once as the next one allows', async () => {
    await count('old', 0, 3); // passed as soon as it has begun
    const locked = await Promise.all(Array.from({ length: 20 }, (_, i) => count(`a${i}`, 900, 3)));
    assert.equal(locked.filter((one) => !one).length, 3);
  });

  it('count in a window of their own after the only one before was forgotten', async () => {
    await count('forgotten', 0, 2); // its window has passed
    await users.forgetAttempts(tenant, subject, 'forgotten');
    const locked = [];
    for (const id of ['a', 'b', 'c']) locked.push(await count(id, 900, 2));
    assert.deepEqual(locked, [false, false, true]);
  });

  it('are forgotten one by one', async () => {
    for (const id of ['a', 'b']) await count(id, 900, 2);
    assert.equal(await count('c', 900, 2), true);
    await users.forgetAttempts(tenant, subject, 'a');
    await users.forgetAttempts(tenant, subject, 'a');
    await users.forgetAttempts(tenant, subject, 'never counted');
    assert.equal(await count('c', 900, 2), false);
    assert.equal(await count('d', 900, 2), true);
  });

  it('that were never counted leave no row when they are forgotten', async () => {
    await users.forgetAttempts(tenant, subject, 'never counted');
    const command = new GetItemCommand({
      TableName: aws.settings.IDV_TABLE,
      Key: marshall(attemptsKey(tenant, subject)),
      ConsistentRead: true,
    });
    assert.equal((await aws.clients.dynamodb.send(command)).Item, undefined);
  });

  it('are forgotten all at once', async () => {
    for (const id of ['a', 'b']) await count(id, 900, 2);
    await users.forgetAttempts(tenant, subject);
    await users.forgetAttempts(tenant, subject);
    assert.equal(await count('c', 900, 2), false);
  });

  it('of one user are no attempts of another, nor of a user', async () => {
    await count('a', 900, 1);
    assert.equal(
      await users.countAttempt(tenant, `${subject}x`, 'a', { attempts: 1, withinSeconds: 900 }),
      false,
    );
    assert.equal(await users.read(tenant, subject), undefined);
  });
});

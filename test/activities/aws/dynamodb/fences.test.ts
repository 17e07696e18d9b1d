import assert from 'node:assert/strict';
import { createActivities } from '../../../../activities/index.js';
import type { UserTable } from '../../../../activities/ports.js';
import type { Tenant } from '../../../../domain/session.js';
import { heldForAnHour } from '../../support/held-for-an-hour.js';
import { type OnTwin, onTwin } from '../../support/on-twin.js';
import { indexed, placed } from '../../support/rows.js';

describe('a session that is taken for dead', () => {
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
    subject = `fenced${number++}`;
  });

  const reserve = (sessionId: string) =>
    users.reserve(tenant, subject, sessionId, { userId: 'u', faceKey: `key-of-${sessionId}` });
  const face = (sessionId: string) => placed({ subject, faceKey: `key-of-${sessionId}`, sessionId });
  const commit = (sessionId: string) =>
    users.commitFace(tenant, { ...face(sessionId), generation: '1', face: indexed(`f-${sessionId}`) });
  const states = async () =>
    (await users.read(tenant, subject))?.faces.map((row) => `${row.faceKey} ${row.state}`).sort();
  const hourPasses = () => heldForAnHour(aws, tenant, subject);

  it('cannot commit once another session holds the user, whose own commit stands', async () => {
    await reserve('dead');
    await users.placeFace(tenant, face('dead'));
    await hourPasses();
    assert.equal(await reserve('heir'), 'reserved');
    assert.equal(await commit('dead'), false);
    await users.placeFace(tenant, face('heir'));
    assert.equal(await commit('heir'), true);
    assert.deepEqual(await states(), ['key-of-dead lost', 'key-of-heir active']);
  });

  it('cannot either when its face comes into line only afterwards; its own undo removes the row', async () => {
    await reserve('dead');
    await hourPasses();
    assert.equal(await reserve('heir'), 'reserved');
    assert.equal((await users.placeFace(tenant, face('dead'))).collection, 'c');
    assert.equal(await commit('dead'), false);
    assert.deepEqual(await states(), ['key-of-dead lost']);
    await users.withdrawFace(tenant, face('dead'), 'dead');
    assert.deepEqual(await states(), []);
  });

  it('is told that the user was taken from it, and not that a rival won', async () => {
    const activities = createActivities(aws.ports);
    const commitment = (sessionId: string) =>
      activities.commitFace({ tenant, ...face(sessionId), face: indexed(`f-${sessionId}`) });
    await reserve('dead');
    await users.placeFace(tenant, face('dead'));
    await hourPasses();
    await reserve('heir');
    assert.deepEqual(await commitment('dead'), { committed: false, taken: 'busy' });
    await users.placeFace(tenant, face('heir'));
    await users.displaceFace(tenant, face('heir'));
    assert.deepEqual(await commitment('heir'), { committed: false });
    await aws.ports.erasures.mark(tenant, subject, 'er_1', { hadFaces: false });
    await aws.ports.erasures.fence(tenant, subject);
    assert.deepEqual(await commitment('heir'), { committed: false, taken: 'erasing' });
  });

  it('keeps the user when it committed just before', async () => {
    await reserve('dead');
    await users.placeFace(tenant, face('dead'));
    await hourPasses();
    assert.equal(await commit('dead'), true);
    assert.equal(await reserve('heir'), 'exists');
    assert.deepEqual(await states(), ['key-of-dead active']);
  });

  it('is not taken for dead before an hour has passed', async () => {
    await reserve('slow');
    await users.placeFace(tenant, face('slow'));
    assert.equal(await reserve('other'), 'busy');
    assert.equal(await commit('slow'), true);
  });
});

import assert from 'node:assert/strict';
import { readFaceRows, readUserRows } from '../../../../activities/aws/dynamodb/user-rows.js';
import type { Tenant } from '../../../../domain/session.js';
import { between } from '../../support/between.js';
import { type OnTwin, onTwin } from '../../support/on-twin.js';
import { placed } from '../../support/rows.js';

describe('reading the rows of a user', () => {
  let aws: OnTwin;
  let tenant: Tenant;
  const subject = 'rows';
  const keys = ['a', 'b', 'c'].map((faceKey) => ({ subject, faceKey }));
  before(async () => {
    aws = await onTwin();
    tenant = await aws.tenant();
    const { users } = aws.ports;
    await users.reserve(tenant, subject, 's', { userId: 'u' });
    await Promise.all(keys.map((key) => users.placeFace(tenant, placed({ ...key, sessionId: 's' }))));
  });

  const names = (faces: { faceKey: string }[]) => faces.map(({ faceKey }) => faceKey).sort();

  it('goes on where DynamoDB breaks its answer off', async () => {
    let pages = 0;
    const client = between(aws.clients.dynamodb, (input, send) => {
      pages++;
      input.Limit = 1;
      return send();
    });
    const { profile, faces } = await readUserRows(client, aws.settings.IDV_TABLE, tenant, subject);
    assert.deepEqual([names(faces), profile?.busy], [['a', 'b', 'c'], 's']);
    assert.ok(pages >= 4);
  });

  it('asks again for the keys that DynamoDB left unread', async () => {
    const table = aws.settings.IDV_TABLE;
    const client = between(aws.clients.dynamodb, async (input, send) => {
      const asked = input.RequestItems as Record<string, { Keys: unknown[]; ConsistentRead: boolean }>;
      const [first, ...left] = asked[table]?.Keys ?? [];
      input.RequestItems = { [table]: { Keys: [first], ConsistentRead: true } };
      const output = await send();
      return left.length > 0 ? { ...output, UnprocessedKeys: { [table]: { Keys: left } } } : output;
    });
    assert.deepEqual(names(await readFaceRows(client, table, tenant, keys)), ['a', 'b', 'c']);
  });

  it('is Throttled when DynamoDB leaves all of them unread', async () => {
    const table = aws.settings.IDV_TABLE;
    const client = between(aws.clients.dynamodb, async (input) => ({ UnprocessedKeys: input.RequestItems }));
    await assert.rejects(readFaceRows(client, table, tenant, keys), {
      type: 'Throttled',
      nonRetryable: false,
    });
  });
});

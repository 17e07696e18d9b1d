import assert from 'node:assert/strict';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { sessionKey } from '../../../../activities/aws/dynamodb/keys.js';
import type { SessionDetails, SessionTable } from '../../../../activities/ports.js';
import type { Tenant } from '../../../../domain/session.js';
import { loseAnswer, type OnTwin, onTwin, undisturbed } from '../../support/on-twin.js';
import { sessionState } from '../../support/rows.js';

const details: SessionDetails = {
  userId: 'zuzana',
  profile: { email: 'zuzana@example.com', birthDate: '1979-02-17' },
  metadata: { plan: 'gold-plan' },
  clientReferenceId: 'order-88',
  returnUrl: 'https://app.example/done',
  consent: { textVersion: '2026-09', acceptedAt: '2026-11-24T10:00:00Z' },
};

describe('the row of a session', () => {
  let aws: OnTwin;
  let sessions: SessionTable;
  let tenant: Tenant;
  let number = 0;
  let id: string;
  before(async () => {
    aws = await onTwin();
    sessions = aws.ports.sessions;
    tenant = await aws.tenant();
  });
  beforeEach(() => {
    id = `vs_${number++}`;
  });
  afterEach(() => undisturbed(aws));

  async function raw(): Promise<Record<string, unknown>> {
    const Key = marshall(sessionKey(tenant, id));
    const command = new GetItemCommand({ TableName: aws.settings.IDV_TABLE, Key, ConsistentRead: true });
    return unmarshall((await aws.clients.dynamodb.send(command)).Item ?? {});
  }
  const open = (revision: number, run: string) =>
    sessions.open(tenant, sessionState(id, { revision }), 'print', run);
  const revision = async () => (await sessions.read(tenant, id))?.state?.revision;

  it('is made once: whoever comes later is given the first one', async () => {
    assert.equal(await sessions.create(tenant, id, 'first', details), undefined);
    assert.deepEqual(await sessions.create(tenant, id, 'second', {}), { fingerprint: 'first', details });
    assert.deepEqual(await sessions.read(tenant, id), { fingerprint: 'first', details });
  });

  it('is made by one of twenty that come at once', async () => {
    const made = await Promise.all(
      Array.from({ length: 20 }, (_, i) => sessions.create(tenant, id, `print${i}`, details)),
    );
    assert.equal(made.filter((row) => row === undefined).length, 1);
    assert.equal(new Set(made.flatMap((row) => row?.fingerprint ?? [])).size, 1);
  });

  it('is there when the answer of its making was lost', async () => {
    loseAnswer(aws, 'dynamodb', 'PutItem');
    await assert.rejects(sessions.create(tenant, id, 'print', details), { type: 'DependencyUnavailable' });
    assert.equal((await sessions.create(tenant, id, 'print', details))?.fingerprint, 'print');
  });

  it('holds nothing of the caller that can be read in the table', async () => {
    await sessions.create(tenant, id, 'print', details);
    await open(1, 'run');
    const item = JSON.stringify(await raw(), (_, value) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
    );
    for (const word of ['zuzana', '1979', 'gold', 'order', 'app.example', '2026'])
      assert.ok(!item.includes(word), word);
  });

  it('is not opened by the key of another row', async () => {
    await sessions.create(tenant, id, 'print', details);
    assert.equal(await sessions.read({ ...tenant, mode: 'live' }, id), undefined);
    assert.equal(await sessions.read({ ...tenant, account: 'other' }, id), undefined);
  });

  it('belongs to the first run that takes it over, also when that asks again', async () => {
    await sessions.create(tenant, id, 'print', details);
    loseAnswer(aws, 'dynamodb', 'UpdateItem');
    await assert.rejects(open(1, 'run'), { type: 'DependencyUnavailable' });
    assert.equal(await open(1, 'run'), true);
    assert.equal(await open(9, 'other run'), false);
    assert.equal(await revision(), 1);
  });

  it('is removed in time if no workflow takes it over, and stays if one does', async () => {
    await sessions.create(tenant, id, 'print', details);
    const inTwoDays = Date.now() / 1_000 + 2 * 86_400;
    assert.ok(Math.abs(Number((await raw()).expires) - inTwoDays) < 60);
    await open(1, 'run');
    assert.equal('expires' in (await raw()), false);
  });

  it('is not turned back to an older revision', async () => {
    await sessions.create(tenant, id, 'print', details);
    await open(1, 'run');
    const save = (number: number) => sessions.save(tenant, sessionState(id, { revision: number }));
    await Promise.all([3, 7, 2, 5, 7, 4].map(save));
    assert.equal(await revision(), 7);
    await save(6);
    assert.equal(await open(1, 'run'), true);
    assert.equal(await revision(), 7);
    assert.deepEqual((await sessions.read(tenant, id))?.details, details);
  });

  it('that is not there is not made by saving', async () => {
    await sessions.save(tenant, sessionState(id));
    assert.equal(await sessions.read(tenant, id), undefined);
  });

  it('that was gone when its workflow began can be read, without details', async () => {
    await open(1, 'run');
    assert.deepEqual(await sessions.read(tenant, id), {
      fingerprint: 'print',
      state: sessionState(id),
      details: {},
    });
  });
});

import assert from 'node:assert/strict';
import { tellExpiring } from '../../activities/tell-expiring.js';
import { addDays } from '../../domain/days.js';
import type { Tenant } from '../../domain/session.js';
import { loseAnswer, type OnTwin, onTwin, undisturbed } from './support/on-twin.js';
import { registered, subjectOf } from './support/registered.js';

const today = '2026-03-10';

describe('documents that run out', () => {
  let aws: OnTwin;
  let tenant: Tenant;
  before(async () => {
    aws = await onTwin();
  });
  beforeEach(async () => {
    tenant = await aws.tenant();
  });
  afterEach(() => undisturbed(aws));

  /** A user with a document, registered unless `state` says otherwise. */
  async function withDocument(name: string, expiresOn: string, state?: 'lost') {
    await registered(aws, tenant, { name, person: name, ...(state ? { state } : {}) });
    const document = { hash: `hash-of-${name}`, fields: { expiresOn } };
    await aws.ports.documents.store(tenant, subjectOf(name), document);
    return document;
  }
  const tell = (on = today, withinDays = 30) => tellExpiring(aws.ports, { tenant, today: on, withinDays });
  const toldOf = async (name: string) =>
    (await aws.ports.events.listOfUser(tenant, subjectOf(name), { limit: 10 })).events.map(
      ({ type, expiresOn }) => [type, expiresOn],
    );
  const EXPIRING = 'user.document_expiring';

  it('are told of once, from so many days before, and late where a day was missed', async () => {
    const days = { soon: addDays(today, 30), later: addDays(today, 31), missed: addDays(today, -30) };
    for (const [name, day] of Object.entries(days)) await withDocument(name, day);
    assert.deepEqual(await tell(), { told: 2 });
    assert.deepEqual(await tell(), { told: 0 });
    assert.deepEqual(await toldOf('soon'), [[EXPIRING, days.soon]]);
    assert.deepEqual(await toldOf('missed'), [[EXPIRING, days.missed]]);
    assert.deepEqual(await toldOf('later'), []);
    assert.deepEqual(await tell(addDays(today, 1)), { told: 1 });
    assert.deepEqual(await toldOf('later'), [[EXPIRING, days.later]]);
  });

  it('are told of once though an answer was lost on the way', async () => {
    await withDocument('one', today);
    for (const operation of ['UpdateItem', 'BatchWriteItem', 'DeleteItem']) {
      loseAnswer(aws, 'dynamodb', operation);
      await assert.rejects(tell(), { type: 'DependencyUnavailable' });
    }
    await tell();
    assert.deepEqual(await toldOf('one'), [[EXPIRING, today]]);
  });

  it('are not told of where the user or the document is gone, nor looked at for ever', async () => {
    await withDocument('nobody', today, 'lost');
    const document = await withDocument('other', today);
    await aws.ports.documents.forget(tenant, subjectOf('other'), document);
    const renewed = { hash: document.hash, fields: { expiresOn: '2036-03-10' } };
    await aws.ports.documents.store(tenant, subjectOf('other'), renewed);
    assert.deepEqual(await tell(), { told: 0 });
    const due = async () => (await aws.ports.expiring.due(tenant, today)).length;
    assert.equal(await due(), 1); // of a registration under way, for all we know
    assert.deepEqual(await tell(addDays(today, 1)), { told: 0 });
    assert.deepEqual([await due(), await toldOf('nobody'), await toldOf('other')], [0, [], []]);
  });
});

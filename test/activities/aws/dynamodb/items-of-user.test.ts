import assert from 'node:assert/strict';
import type { BatchTable } from '../../../../activities/ports/batch-table.js';
import type { Tenant } from '../../../../domain/session.js';
import { ledgerOf } from '../../support/ledger.js';
import { type OnTwin, onTwin, undisturbed } from '../../support/on-twin.js';

const JOB = 'bj_aaaaaaaaaaaaaaaaaaaaaaaaaa';
const OTHER_JOB = 'bj_bbbbbbbbbbbbbbbbbbbbbbbbbb';

describe('what ledgers have of a user', () => {
  let aws: OnTwin;
  let batches: BatchTable;
  let tenant: Tenant;
  let ledger: ReturnType<typeof ledgerOf>;
  before(async () => {
    aws = await onTwin();
    batches = aws.ports.batches;
  });
  beforeEach(async () => {
    tenant = await aws.tenant();
    ledger = ledgerOf(aws, tenant, JOB);
  });
  afterEach(() => undisturbed(aws));

  const subject = 'forgotten';
  const forget = () => batches.forgetSubject(tenant, subject);

  it('is forgotten over all jobs, but that there were items', async () => {
    const other = ledgerOf(aws, tenant, OTHER_JOB);
    await ledger.record([
      await ledger.indexed('a', { subject }),
      ledger.outcome('b', { subject }),
      ledger.outcome('c'),
    ]);
    await ledger.record([ledger.outcome('d', { subject, chunk: 4 })], 4);
    await other.record([other.outcome('a', { subject, status: 'skipped', reason: 'already_indexed' })]);
    const changed: string[] = [];
    const note = async (jobId: string, chunks: readonly number[]) =>
      void changed.push(`${jobId} ${[...chunks].sort()}`);
    assert.equal(await batches.forgetSubject(tenant, subject, note), 4);
    assert.deepEqual(changed.sort(), [`${JOB} 0,4`, `${OTHER_JOB} 0`]);
    assert.equal(await forget(), 0);
    assert.deepEqual(await other.statuses(), ['a user_erasing']);
    assert.deepEqual(await ledger.statuses(), ['a user_erasing', 'b user_erasing', 'c no_face']);
    const [forgotten] = await ledger.read();
    const { at: _, ...rest } = forgotten ?? ledger.outcome('');
    assert.deepEqual(rest, { itemId: 'a', chunk: 0, status: 'skipped', reason: 'user_erasing', uri: '' });
  });

  it('is told of again to whoever stopped half way', async () => {
    await ledger.record([ledger.outcome('a', { subject })]);
    const stop = async () => {
      throw new Error('stopped');
    };
    await assert.rejects(batches.forgetSubject(tenant, subject, stop), /stopped/);
    const changed: string[] = [];
    assert.equal(await batches.forgetSubject(tenant, subject, async (jobId) => void changed.push(jobId)), 0);
    assert.deepEqual(changed, [JOB]);
  });

  it('is found too where a face was taken back before the ledger said so', async () => {
    await ledger.record([await ledger.indexed('taken', { subject })]);
    await aws.ports.users.withdrawFace(tenant, { subject, faceKey: 'taken' }, JOB);
    assert.equal(await forget(), 1);
    assert.deepEqual(await ledger.statuses(), ['taken user_erasing']);
  });

  it('is never written where the erasure was over before', async () => {
    const { erasures } = aws.ports;
    const late = await ledger.indexed('late', { subject });
    const fenced = await ledger.indexed('fenced', { subject: 'fenced' });
    await erasures.removeUser(tenant, subject);
    await erasures.mark(tenant, 'fenced', 'er_1', { hadFaces: true });
    await erasures.fence(tenant, 'fenced');
    await ledger.record([late, fenced, await ledger.indexed('other')]);
    assert.deepEqual(await ledger.statuses(), ['fenced user_erasing', 'late user_erasing', 'other indexed']);
  });

  it('is not written of whom a chunk says that it is being erased', async () => {
    await ledger.record([ledger.outcome('a', { status: 'skipped', reason: 'user_erasing', subject })]);
    const [item] = await ledger.read();
    assert.deepEqual([item?.uri, item?.userId, item?.subject], ['', undefined, undefined]);
  });

  it('stays another user’s where one photo was listed for two', async () => {
    const own = await ledger.indexed('photo', { subject });
    await ledger.record([own]);
    await ledger.record([ledger.outcome('photo', { subject: 'other' })]);
    assert.equal(await forget(), 0);
    assert.deepEqual(await ledger.statuses(), ['photo no_face']);
  });

  it('is given to another one', async () => {
    await ledger.record([await ledger.indexed('mine', { subject }), ledger.outcome('bad', { subject })]);
    await batches.moveSubject(tenant, subject, 'to');
    await batches.moveSubject(tenant, subject, 'to');
    assert.deepEqual(
      (await ledger.read()).map((item) => item.subject),
      ['to', 'to'],
    );
    assert.equal(await forget(), 0);
    assert.equal(await batches.forgetSubject(tenant, 'to'), 2);
  });
});

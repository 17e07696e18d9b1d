import assert from 'node:assert/strict';
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { chunkPartition } from '../../../../activities/aws/dynamodb/batch-keys.js';
import type { BatchTable } from '../../../../activities/ports/batch-table.js';
import type { ItemOutcome, ItemReason } from '../../../../domain/batch/item.js';
import { newBatchJob } from '../../../../domain/batch/new-job.js';
import type { Tenant } from '../../../../domain/session.js';
import { ledgerOf } from '../../support/ledger.js';
import { loseAnswer, type OnTwin, onTwin, undisturbed } from '../../support/on-twin.js';

describe('the ledger of a batch job', () => {
  let aws: OnTwin;
  let batches: BatchTable;
  let tenant: Tenant;
  let number = 0;
  let jobId: string;
  before(async () => {
    aws = await onTwin();
    batches = aws.ports.batches;
    tenant = await aws.tenant();
  });
  beforeEach(() => {
    jobId = `bj_${String.fromCharCode(97 + number++).repeat(26)}`;
  });
  afterEach(() => undisturbed(aws));

  const ledger = () => ledgerOf(aws, tenant, jobId);
  const outcome = (itemId: string, changes?: Partial<ItemOutcome>) => ledger().outcome(itemId, changes);
  const indexedItem = (itemId: string, changes?: Partial<ItemOutcome>) => ledger().indexed(itemId, changes);
  const record = (outcomes: readonly ItemOutcome[], chunk?: number) => ledger().record(outcomes, chunk);
  const statuses = () => ledger().statuses();

  it('gives back what was written, in as few calls as rows allow', async () => {
    const items = [
      await indexedItem('a'),
      outcome('b', { reason: 'multiple_faces', line: 7 }),
      outcome('c', { status: 'dead_letter', reason: 'throttled', attempts: 5 }),
    ];
    const claim = await batches.claim(tenant, jobId, 0);
    aws.calls();
    await batches.record(tenant, jobId, claim, items);
    assert.deepEqual(aws.calls(), ['GetItem', 'BatchWriteItem', 'BatchWriteItem', 'BatchGetItem']);
    assert.deepEqual(await ledger().read(), items);
  });

  it('of indexed items takes one row each, and no other', async () => {
    const items = await Promise.all(['a', 'b'].map((itemId) => indexedItem(itemId)));
    const claim = await batches.claim(tenant, jobId, 0);
    aws.twin.faults.clearRequests();
    await batches.record(tenant, jobId, claim, items);
    const writes = aws.twin.faults.requests().filter(({ operation }) => operation === 'BatchWriteItem');
    assert.equal(writes.length, 1);
    assert.equal(writes[0]?.body.match(/PutRequest/g)?.length, 2);
  });

  it('says nothing of a user whom an erasure has left by then, and nothing leads from there', async () => {
    const [gone, stays] = [{ subject: 'gone' }, { subject: 'stays' }];
    const claim = await batches.claim(tenant, jobId, 0);
    await batches.noteErased(tenant, jobId, 'gone');
    const outcomes = [
      outcome('a', { ...gone, status: 'rejected', reason: 'empty_file' }),
      outcome('b', { ...gone, status: 'dead_letter', reason: 'access_denied' }),
      outcome('c', { ...stays, status: 'rejected', reason: 'empty_file' }),
    ];
    await batches.record(tenant, jobId, claim, outcomes);
    const told = (await batches.readChunk(tenant, jobId, 0)).map(({ reason, subject, uri }) => [
      reason,
      subject,
      uri === '',
    ]);
    assert.deepEqual(told, [
      ['user_erasing', undefined, true],
      ['user_erasing', undefined, true],
      ['empty_file', 'stays', false],
    ]);
    assert.equal(await batches.forgetSubject(tenant, 'gone'), 0);
  });

  it('shows nobody whose photo it is, or where', async () => {
    await record([await indexedItem('a'), outcome('b')]);
    const { Items = [] } = await aws.clients.dynamodb.send(
      new QueryCommand({
        TableName: aws.settings.IDV_TABLE,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: marshall({ ':pk': chunkPartition(tenant, jobId, 0) }),
      }),
    );
    assert.equal(Items.length, 3);
    assert.ok(!JSON.stringify(Items, bytesAsText).includes('secret'));
  });

  it('is written over by the same item, and keeps the last of several in one write', async () => {
    await record([outcome('a', { reason: 'unavailable' })]);
    await record([outcome('a', { reason: 'no_face' }), outcome('a', { reason: 'quality' })]);
    assert.deepEqual(await statuses(), ['a quality']);
  });

  it('is the later try’s, whatever their clocks say: the earlier one writes nothing more', async () => {
    const tries = await Promise.all(Array.from({ length: 5 }, () => batches.claim(tenant, jobId, 0)));
    assert.deepEqual(tries.map(({ fence }) => fence).sort(), [1, 2, 3, 4, 5]);
    const later = { chunk: 0, fence: 5 };
    for (const claim of tries) {
      assert.equal(await batches.holds(tenant, jobId, claim), claim.fence === 5);
      if (claim.fence < 5) assert.equal(await batches.record(tenant, jobId, claim, [outcome('a')]), false);
    }
    assert.deepEqual(await statuses(), []);
    assert.equal(await batches.record(tenant, jobId, later, [outcome('a')]), true);
    assert.equal((await batches.claim(tenant, jobId, 1)).fence, 1);
  });

  it('has everything once after a write whose answer was lost', async () => {
    const claim = await batches.claim(tenant, jobId, 0);
    loseAnswer(aws, 'dynamodb', 'BatchWriteItem');
    const write = () => batches.record(tenant, jobId, claim, [outcome('a'), outcome('b')]);
    await assert.rejects(write(), { type: 'DependencyUnavailable' });
    await write();
    assert.deepEqual(await statuses(), ['a no_face', 'b no_face']);
  });

  describe('is listed', () => {
    const names = (items: readonly ItemOutcome[]) => items.map(({ itemId }) => itemId);
    async function walk(
      filter: { status?: ItemOutcome['status']; reason?: ItemReason },
      limit = 3,
      chunks = 12,
    ): Promise<string[]> {
      const seen: string[] = [];
      for (let cursor: string | undefined, pages = 0; ; pages++) {
        assert.ok(pages < 50);
        const page = await batches.items(
          tenant,
          jobId,
          { ...filter, chunks },
          { limit, ...(cursor ? { cursor } : {}) },
        );
        assert.ok(page.items.length <= limit);
        seen.push(...names(page.items));
        if (!page.nextCursor) return seen;
        cursor = page.nextCursor;
      }
    }

    it('chunk by chunk, all or those that were indexed', async () => {
      for (const chunk of [0, 2, 11])
        await record(
          [
            await indexedItem(`i${chunk}`, { chunk }),
            outcome(`r${chunk}`, { chunk }),
            outcome(`s${chunk}`, { chunk, status: 'skipped', reason: 'user_exists' }),
          ],
          chunk,
        );
      assert.deepEqual(await walk({}), ['i0', 'r0', 's0', 'i2', 'r2', 's2', 'i11', 'r11', 's11']);
      assert.deepEqual(await walk({}, 100), ['i0', 'r0', 's0', 'i2', 'r2', 's2', 'i11', 'r11', 's11']);
      assert.deepEqual(await walk({ status: 'indexed' }, 2), ['i0', 'i2', 'i11']);
      assert.deepEqual(await walk({}, 3, 2), ['i0', 'r0', 's0']);
    });

    it('by what became of it, and why', async () => {
      const dead = (itemId: string, chunk: number, reason: ItemReason) =>
        outcome(itemId, { chunk, status: 'dead_letter', reason });
      for (const chunk of [0, 1, 8, 10])
        await record([dead(`t${chunk}`, chunk, 'throttled'), dead(`u${chunk}`, chunk, 'unavailable')], chunk);
      await record([outcome('r', { chunk: 1 })], 1);
      assert.deepEqual((await walk({ status: 'dead_letter', reason: 'throttled' }, 1)).sort(), [
        't0',
        't1',
        't10',
        't8',
      ]);
      assert.equal((await walk({ status: 'dead_letter' })).length, 8);
      assert.deepEqual(await walk({ status: 'rejected' }), ['r']);
      assert.deepEqual(await walk({ status: 'skipped' }), []);
      // What a retry has indexed is no dead letter any more.
      await record([await indexedItem('t0', { chunk: 0 })], 0);
      assert.deepEqual((await walk({ status: 'dead_letter', reason: 'throttled' })).sort(), [
        't1',
        't10',
        't8',
      ]);
    });
  });

  describe('and the job', () => {
    const spec = {
      source: { kind: 'prefix', bucket: 'archive', prefix: '', userId: '{user_id}.jpg' },
      onExisting: 'skip',
      precheck: false,
      duplicates: false,
      rates: { IndexFaces: 49 },
      windows: [],
      policy: { name: 'default', version: 1 },
    } as const;
    const job = (id: string, at: number) => newBatchJob(id, spec, at);

    it('is made once, and its row never goes back', async () => {
      const state = job(jobId, 1);
      assert.equal(await batches.create(tenant, state, 'print'), undefined);
      const again = await batches.create(tenant, { ...state, revision: 9 }, 'other');
      assert.deepEqual(again, { fingerprint: 'print', state });
      await batches.save(tenant, { ...state, revision: 2, items: 7 });
      await batches.save(tenant, { ...state, revision: 1, items: 5 });
      assert.equal((await batches.read(tenant, jobId))?.items, 7);
      await batches.save(tenant, { ...state, jobId: 'bj_gone', revision: 1 });
      assert.equal(await batches.read(tenant, 'bj_gone'), undefined);
    });

    it('is listed with the others, the newest first', async () => {
      const own = await aws.tenant();
      for (let at = 1; at <= 5; at++) await batches.create(own, job(`bj_${at}`, at), 'p');
      const seen: string[][] = [];
      for (let cursor: string | undefined; ; ) {
        const page = await batches.list(own, { limit: 2, ...(cursor ? { cursor } : {}) });
        seen.push(page.jobs.map((each) => each.jobId));
        cursor = page.nextCursor;
        if (!cursor) break;
      }
      assert.deepEqual(seen, [['bj_5', 'bj_4'], ['bj_3', 'bj_2'], ['bj_1']]);
      assert.deepEqual((await aws.ports.sessions.list(own, {}, { limit: 10 })).rows, []);
    });
  });
});

const bytesAsText = (_: string, value: unknown) =>
  value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value;

import assert from 'node:assert/strict';
import type { BatchTable } from '../../../../activities/ports/batch-table.js';
import { type DuplicatePair, faceName, type PairedFace, pairOf } from '../../../../domain/batch/pair.js';
import type { Tenant } from '../../../../domain/session.js';
import { ledgerOf } from '../../support/ledger.js';
import { type OnTwin, onTwin, undisturbed } from '../../support/on-twin.js';

const JOB = 'bj_aaaaaaaaaaaaaaaaaaaaaaaaaa';

describe('pairs of duplicates', () => {
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
    await ledger.record(
      await Promise.all(['ann', 'ben', 'cem'].map((name) => ledger.indexed(name, { subject: name }))),
    );
  });
  afterEach(() => undisturbed(aws));

  const face = (name: string): PairedFace => ({
    faceId: `face-of-${name}`,
    collection: 'c',
    subject: name,
    faceKey: name,
  });
  const pair = (one: string, other: string) => pairOf(face(one), face(other), { similarity: 98.5, at: 7 });
  const nameOf = ({ first, second }: DuplicatePair) => ({ first: faceName(first), second: faceName(second) });
  const add = (one: string, other: string) => batches.addPair(tenant, JOB, pair(one, other));
  const names = async () =>
    (await batches.pairs(tenant, JOB, { limit: 10 })).pairs.map(
      ({ first, second }) => `${first.subject} ${second.subject}`,
    );

  it('are there once, however often and from whichever side they are met', async () => {
    const added = await Promise.all([add('ann', 'ben'), add('ben', 'ann'), add('ann', 'ben')]);
    assert.equal(added.filter(Boolean).length, 1);
    assert.deepEqual(await batches.pair(tenant, JOB, nameOf(pair('ben', 'ann'))), pair('ann', 'ben'));
    assert.deepEqual(await names(), ['ann ben']);
  });

  it('are marked in the ledger of this job', async () => {
    await add('ann', 'ben');
    const marked = async () => (await ledger.read()).map(({ itemId, duplicate }) => [itemId, duplicate]);
    const both = [
      ['ann', true],
      ['ben', true],
      ['cem', undefined],
    ];
    assert.deepEqual(await marked(), both);
    await batches.addPair(tenant, 'bj_other', pair('ann', 'cem'));
    assert.deepEqual(await marked(), both);
  });

  it('are listed page by page', async () => {
    await add('ann', 'ben');
    await add('ben', 'cem');
    await add('ann', 'cem');
    const seen: number[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await batches.pairs(tenant, JOB, { limit: 2, ...(cursor ? { cursor } : {}) });
      seen.push(page.pairs.length);
      cursor = page.nextCursor;
      if (!cursor) break;
    }
    assert.deepEqual(seen, [2, 1]);
  });

  it('stay as they were resolved', async () => {
    await add('ann', 'ben');
    const name = nameOf(pair('ann', 'ben'));
    assert.equal(await batches.resolve(tenant, JOB, name, { resolution: 'keep' }), true);
    assert.equal(await add('ann', 'ben'), false);
    assert.equal((await batches.pair(tenant, JOB, name))?.resolution, 'keep');
    assert.equal(
      await batches.resolve(tenant, JOB, nameOf(pair('ann', 'cem')), { resolution: 'keep' }),
      false,
    );
    assert.equal(await batches.pair(tenant, JOB, nameOf(pair('ann', 'cem'))), undefined);
  });

  it('are found by either of their users', async () => {
    await add('ann', 'ben');
    await batches.addPair(tenant, 'bj_other', pair('ben', 'cem'));
    const of = async (subject: string) =>
      (await batches.pairsOf(tenant, subject)).map(
        ({ jobId, pair: { first } }) => `${jobId} ${first.subject}`,
      );
    assert.deepEqual(await of('ann'), [`${JOB} ann`]);
    assert.deepEqual((await of('ben')).sort(), [`${JOB} ann`, 'bj_other ben']);
    assert.deepEqual(await of('cem'), ['bj_other ben']);
  });

  it('go with either of their users, and are not written of one who is gone', async () => {
    await add('ann', 'ben');
    await add('ben', 'cem');
    const jobs: string[] = [];
    const note = async (jobId: string) => void jobs.push(jobId);
    assert.equal(await batches.forgetSubject(tenant, 'ann', note), 2);
    assert.deepEqual([jobs, await names()], [[JOB], ['ben cem']]);
    assert.equal((await batches.pairsOf(tenant, 'ben')).length, 1);
    assert.equal(await batches.forgetSubject(tenant, 'ann'), 0);
    await aws.ports.erasures.removeUser(tenant, 'ann');
    assert.equal(await add('ann', 'cem'), false);
    assert.deepEqual(await names(), ['ben cem']);
    assert.deepEqual(await batches.pairsOf(tenant, 'ann'), []);
  });
});

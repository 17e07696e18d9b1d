import assert from 'node:assert/strict';
import { forgetBatchItems } from '../../../activities/batch/forget-batch-items.js';
import { writeItems } from '../../../activities/batch/write-items.js';
import { writeReport } from '../../../activities/batch/write-report.js';
import type { Ports } from '../../../activities/ports.js';
import { newBatchJob } from '../../../domain/batch/new-job.js';
import { reportPartOf } from '../../../domain/batch/report.js';
import type { Tenant } from '../../../domain/session.js';
import { indexedItem, JOB } from '../support/indexed-item.js';
import { type OnTwin, onTwin } from '../support/on-twin.js';
import { picture } from '../support/pictures.js';
import { attempt } from '../support/try-of.js';

const spec = {
  source: { kind: 'prefix', bucket: 'archive', prefix: '', userId: '{user_id}.jpg' },
  onExisting: 'skip',
  precheck: false,
  rates: {},
  windows: [],
  policy: { name: 'default', version: 1 },
} as const;

/** Two parts: the second begins with chunk 50. */
const LATER = reportPartOf(50);

describe('the report of a batch job in S3', () => {
  let aws: OnTwin;
  let tenant: Tenant;
  before(async () => {
    aws = await onTwin();
  });
  beforeEach(async () => {
    tenant = await aws.tenant();
    for (const [user, chunk] of [
      ['anna', 0],
      ['berta', 1],
      ['carla', LATER.from],
    ] as const)
      await indexedItem(aws, tenant, { user, chunk, image: await aws.store(picture(user)) });
  });

  const state = {
    ...newBatchJob(JOB, spec, 1_000),
    status: 'completed',
    phase: 'ended',
    items: 3,
    listed: true,
    counts: { indexed: 3 },
    chunks: { begun: 51, done: 51 },
    endedAt: 4_000,
  } as const;
  const write = (ports: Ports = aws.ports) =>
    attempt().run(() => writeReport(ports, { tenant, state })) as ReturnType<typeof writeReport>;
  const text = async (file: string) => {
    const { bucket } = aws.ports.photoVersions;
    const bytes = await aws.ports.photos.get({
      bucket,
      key: `reports/${tenant.account}/test/${JOB}/${file}`,
    });
    return bytes && Buffer.from(bytes).toString();
  };
  const list = async () => `${await text('items-00001.csv')}${await text(LATER.file)}`;
  const subjectIn = async (chunk: number) => {
    const [item] = await aws.ports.batches.readChunk(tenant, JOB, chunk);
    return item?.subject ?? '';
  };
  const forget = (subject: string) => forgetBatchItems(aws.ports, { tenant, subject }, () => undefined);

  it('is numbers that add up, a page, and one list in parts', async () => {
    const { bucket, prefix } = await write();
    assert.deepEqual([bucket, prefix], [aws.settings.IDV_BUCKET, `reports/${tenant.account}/test/${JOB}/`]);
    const report = JSON.parse((await text('report.json')) ?? '');
    const { items, counts, ledger, adds_up } = report;
    assert.deepEqual([items, counts.indexed, adds_up], [{ met: 3, all_met: true }, 3, true]);
    assert.deepEqual(ledger, { counts, reasons: {} });
    const names = Object.keys({ ...report, ...report.source });
    assert.deepEqual(
      names.filter((name) => !/^[a-z_]+$/.test(name)),
      [],
    );
    assert.deepEqual(report.files, ['items-00001.csv', LATER.file]);
    const lines = (await list()).split('\r\n');
    assert.match(lines[0] ?? '', /^item_id,status,/);
    const users = lines.slice(1).filter((line) => /,(anna|berta|carla),/.test(line));
    assert.deepEqual([lines.length, users.length], [1 + 3 + 1, 3]);
    const page = (await text('report.html')) ?? '';
    assert.match(page, /<svg|<h2>/);
    for (const personal of ['anna', 'berta', 'carla']) {
      assert.ok(!page.includes(personal) && !JSON.stringify(report).includes(personal), personal);
    }
  });

  it('knows nothing of a user who is erased, in no version, and all of the others', async () => {
    await write();
    const subject = await subjectIn(1);
    assert.ok((await forget(subject)) > 0);
    const now = await list();
    assert.ok(!now.includes(',berta,') && now.includes(',anna,') && now.includes(',carla,'));
    assert.equal(now.trim().split('\r\n').length, 1 + 3, 'the photo is still counted');
    const { bucket } = aws.ports.photoVersions;
    const prefix = `reports/${tenant.account}/test/${JOB}/items-00001.csv`;
    assert.equal(
      await aws.ports.photoVersions.erase(prefix, { exact: true }),
      1,
      `older versions in ${bucket}`,
    );
  });

  it('knows nothing of a user who is erased while the list is being written', async () => {
    const subject = await subjectIn(1);
    let erased = false;
    const photos: Ports['photos'] = {
      ...aws.ports.photos,
      async put(...args) {
        // What is written now was read before the erasure, whose look at the list comes too early to find it.
        if (!erased) await forget(subject);
        erased = true;
        await aws.ports.photos.put(...args);
      },
    };
    const part = { ...reportPartOf(0), to: 2 };
    const counts = await writeItems(
      { ...aws.ports, photos },
      { tenant, jobId: JOB, part, rewrite: false },
      () => undefined,
    );
    const now = (await text(part.file)) ?? '';
    assert.ok(erased && !now.includes(',berta,') && now.includes(',anna,'));
    assert.equal(
      Object.values(counts).reduce((sum, count) => sum + count, 0),
      2,
    );
  });
});

import assert from 'node:assert/strict';
import { eraseUploads } from '../../../activities/batch/erase-uploads.js';
import { importsPrefix } from '../../../domain/photo-keys.js';
import { ledgerOf } from '../support/ledger.js';
import { type OnTwin, onTwin } from '../support/on-twin.js';
import { picture } from '../support/pictures.js';

const JOB = 'bj_aaaaaaaaaaaaaaaaaaaaaaaaaa';

describe('the uploaded photos of somebody who is erased', () => {
  let aws: OnTwin;
  before(async () => {
    aws = await onTwin();
  });

  it('go, every version, whatever became of them; others and those elsewhere stay, and are counted', async () => {
    const tenant = await aws.tenant();
    const { bucket } = aws.ports.photoVersions;
    const prefix = importsPrefix(tenant);
    const put = (name: string) =>
      aws.ports.photos.put({ bucket, key: prefix + name }, picture(name), 'image/jpeg');
    for (const name of ['a.jpg', 'a.jpg', 'b.jpg', 'b.jpg.bak', 'other.jpg']) await put(name);
    const ledger = ledgerOf(aws, tenant, JOB);
    const subject = 'uploaded';
    const of = (key: string, from = bucket) => ({ subject, uri: `s3://${from}/${key}` });
    await ledger.record([
      await ledger.indexed('a', of(`${prefix}a.jpg`)),
      ledger.outcome('b', of(`${prefix}b.jpg`)),
      ledger.outcome('c', of('c.jpg', 'archive')),
      ledger.outcome('d', of('d.jpg', 'archive')),
      ledger.outcome('e', of(`imports/${tenant.account}x/live/e.jpg`)),
      ledger.outcome('f', { uri: `s3://${bucket}/${prefix}other.jpg` }),
    ]);
    await ledger.record([ledger.outcome('g', { ...of(`${prefix}a.jpg`), chunk: 3 })], 3);

    const there = async () => (await aws.ports.photoVersions.list(prefix, { limit: 9 })).photos;
    const first = await eraseUploads(aws.ports, { tenant, subject }, () => undefined);
    assert.deepEqual(
      (await there()).map(({ key }) => key.slice(prefix.length)),
      ['b.jpg.bak', 'other.jpg'],
    );
    assert.equal(await aws.ports.photoVersions.erase(`${prefix}a.jpg`, { exact: true }), 0);
    assert.ok(first.erased >= 2, `${first.erased}`);
    const kept = Object.fromEntries(first.kept.map(({ bucket: where, photos }) => [where, photos]));
    assert.deepEqual(kept, { archive: 2, [bucket]: 1 });

    await aws.ports.batches.forgetSubject(tenant, subject);
    assert.deepEqual(await eraseUploads(aws.ports, { tenant, subject }, () => undefined), {
      erased: 0,
      kept: [],
    });
  });
});

import assert from 'node:assert/strict';
import { createErasedUsers } from '../../../activities/batch/erased-users.js';
import { tellJobs } from '../../../activities/batch/tell-jobs.js';
import { countKey } from '../../../domain/batch/item.js';
import { newBatchJob } from '../../../domain/batch/new-job.js';
import { ERASED_SEEN_MS } from '../../../domain/erasure.js';
import { importsPrefix } from '../../../domain/photo-keys.js';
import { type OnTwin, onTwin } from '../support/on-twin.js';
import { picture } from '../support/pictures.js';
import { chunkWorld } from './chunk-world.js';

describe('somebody who is erased while a job runs', () => {
  let aws: OnTwin;
  before(async () => {
    aws = await onTwin();
  });

  it('is not taken up by the chunks that come later, and what was uploaded goes then', async () => {
    const world = await chunkWorld(aws, { 'stays/1.jpg': picture('berta') });
    const { tenant, bucket } = world;
    const { ports } = aws;
    const prefix = importsPrefix(tenant);
    for (const [name, person] of [
      ['goes/1.jpg', 'anna'],
      ['stays/1.jpg', 'berta'],
    ] as const)
      await ports.photos.put({ bucket, key: prefix + name }, picture(person), 'image/jpeg');
    const source = { kind: 'prefix', bucket, prefix, userId: `${prefix}{user_id}/*` } as const;
    const spec = world.spec({ source });
    await ports.batches.create(tenant, newBatchJob('bj_a', spec, Date.now()), 'f');
    const erased = { tenant, subject: ports.subjectOf(tenant, 'goes') };
    assert.equal(await tellJobs(ports, erased), 1);

    const range = { kind: 'keys', after: '', through: `${prefix}~` } as const;
    await world.index('bj_a', { spec, range });
    const told = (await world.ledger('bj_a')).map((item) => [
      countKey(item),
      item.uri.slice(-11),
      item.userId,
    ]);
    assert.deepEqual(told.sort(), [
      ['indexed', 'stays/1.jpg', 'stays'],
      ['skipped/user_erasing', '', undefined],
    ]);
    assert.equal(await world.user('goes'), undefined);
    const { photos } = await ports.photoVersions.list(prefix, { limit: 9 });
    assert.deepEqual(
      photos.map(({ key }) => key.slice(prefix.length)),
      ['stays/1.jpg'],
    );
  });

  it('is told of to jobs that have not ended, on whatever page', async () => {
    const tenant = await aws.tenant();
    const { batches } = aws.ports;
    const { spec } = await chunkWorld(aws, {});
    const jobs = Array.from({ length: 45 }, (_, n) => `bj_${String(n).padStart(26, 'a')}`);
    for (const [n, jobId] of jobs.entries()) {
      const status = n % 3 === 0 ? 'completed' : n % 3 === 1 ? 'running' : 'paused';
      await batches.create(tenant, { ...newBatchJob(jobId, spec(), Date.now() + n), status }, 'f');
    }
    assert.equal(await tellJobs(aws.ports, { tenant, subject: 's' }), 30);
    assert.equal(await tellJobs(aws.ports, { tenant, subject: 't' }), 30);
    const known = await Promise.all(jobs.slice(0, 3).map((jobId) => batches.erasedUsers(tenant, jobId)));
    assert.deepEqual(
      known.map((users) => [...users].sort()),
      [[], ['s', 't'], ['s', 't']],
    );
  });

  it('is known to a chunk as soon as an erasure counts on it, and asked for once meanwhile', async () => {
    let now = 0;
    let asked = 0;
    const erased = new Set<string>();
    const clock = { now: () => now, sleep: async () => undefined };
    const users = createErasedUsers(async () => {
      if (++asked === 2) throw new Error('away');
      return new Set(erased);
    }, clock);
    assert.deepEqual(await Promise.all([users.has('s'), users.has('s')]), [false, false]);
    assert.equal(asked, 1);
    erased.add('s');
    now = ERASED_SEEN_MS;
    await assert.rejects(users.has('s'), /away/);
    assert.equal(await users.has('s'), true, 'a failure is not remembered');
  });
});

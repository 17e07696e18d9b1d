import assert from 'node:assert/strict';
import { workerPool } from '../../../local/rekognition/worker-pool.js';

const entry = '../../test/local/rekognition/pool-job';
type Job = { wait?: number; fail?: string; exit?: true };

describe('a worker pool', function () {
  this.timeout(20_000);
  const open = (size: number) => workerPool<Job, string>({ entry, size, workerData: 'hello' });

  it('runs jobs side by side, and never more than it has threads', async () => {
    const pool = open(2);
    const done = await Promise.all(Array.from({ length: 6 }, () => pool.run({ wait: 20 })));
    assert.ok(new Set(done).size <= 2);
    assert.ok(done.every((answer) => answer.startsWith('hello from thread')));
    await pool.close();
  });

  it('passes on errors by name and code', async () => {
    const pool = open(1);
    await assert.rejects(pool.run({ fail: 'broken' }), {
      name: 'JobError',
      code: 'broken',
      message: 'job failed',
    });
    assert.match(await pool.run({}), /hello/);
    await pool.close();
  });

  it('survives a thread that ends: its job fails, the next has a new thread', async () => {
    const pool = open(1);
    await assert.rejects(pool.run({ exit: true }), /worker thread ended/);
    assert.match(await pool.run({}), /hello/);
    await pool.close();
  });

  it('refuses jobs when it is closed, also those that wait', async () => {
    const pool = open(1);
    const refused = [pool.run({ wait: 10_000 }), pool.run({})].map((job) => assert.rejects(job));
    await pool.close();
    await Promise.all(refused);
    await assert.rejects(pool.run({}), /closed/);
  });
});

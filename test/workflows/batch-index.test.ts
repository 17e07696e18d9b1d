import assert from 'node:assert/strict';
import { activityInfo } from '@temporalio/activity';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { BatchState } from '../../domain/batch/job.js';
import { accounted, beginBatch } from '../support/batch-runner.js';
import { eventsOf } from '../support/histories.js';
import { timeSkippingSessions } from '../support/session-environments.js';
import type { SessionRunner } from '../support/session-runner.js';
import { operatorMustAct, throttled } from '../support/stop-at.js';
import { timeSkippingEnv } from '../support/temporal-env.js';

const HOUR = 3_600_000;
const hourOf = (time: number) => Math.floor(time / HOUR) % 24;
const clock = (hour: number) => `${String(hour % 24).padStart(2, '0')}:00`;

describe('a batch index', function () {
  this.timeout(60_000);
  let env: TestWorkflowEnvironment;
  let sessions: SessionRunner;
  before(async function () {
    env = await timeSkippingEnv(this);
    sessions = await timeSkippingSessions(this);
  });

  it('indexes every photo of a source once, and takes no more than a tenth of an event for it', async () => {
    const job = await beginBatch(sessions, { items: 10_000, spec: { rates: { IndexFaces: 20 } } });
    const { world } = job;
    const state = await job.handle.result();
    assert.deepEqual(accounted({ world, state }), []);
    assert.deepEqual([state.status, state.phase, state.counts], ['completed', 'ended', { indexed: 10_000 }]);
    assert.deepEqual([state.items, state.listed, state.chunks], [10_000, true, { begun: 100, done: 100 }]);
    assert.deepEqual([state.calls, state.cost], [{ IndexFaces: 10_000 }, 10]);
    assert.equal(
      state.samples.reduce((sum, { items }) => sum + items, 0),
      10_000,
    );
    assert.equal(state.report?.prefix, `reports/${job.jobId}/`);
    assert.deepEqual(world.saved.at(-1), state);
    const events = (await eventsOf(job.handle)).length;
    assert.ok(events <= 1_000, `${events} events`);
    assert.deepEqual(await job.state(), state, 'it can be asked after the end');
  });

  it('shares the rates among lanes, each of which goes on with its own turns', async () => {
    let at = 0;
    let most = 0;
    const job = await beginBatch(sessions, {
      items: 8_000,
      spec: { rates: { IndexFaces: 100 } },
      fakes: {
        indexChunk: async (_, happy) => {
          at += 1;
          most = Math.max(most, at);
          const result = await happy();
          await new Promise((resolve) => setTimeout(resolve, 20));
          at -= 1;
          return result;
        },
      },
    });
    await job.handle.result();
    const requests = job.world.requests('indexChunk');
    assert.equal(most, 2);
    assert.deepEqual(
      new Set(requests.map(({ pace }) => pace.rates.IndexFaces)),
      new Set([50]),
      'half of the rate each',
    );
    const begun = requests.filter(({ pace }) => pace.next.IndexFaces === undefined);
    assert.equal(begun.length, 2, 'after its first chunk a lane knows when its next turn is');
  });

  it('stops after as many items as a trial may have', async () => {
    const job = await beginBatch(sessions, { items: 5_000, spec: { limit: 1_000 } });
    const state = await job.handle.result();
    assert.deepEqual([state.items, state.listed, state.counts], [1_000, true, { indexed: 1_000 }]);
  });

  it('counts what has left the source since it was split', async () => {
    const job = await beginBatch(sessions, {
      items: 100,
      fakes: {
        indexChunk: async (request, happy) => {
          const result = await happy();
          return request.chunk === 0 ? { ...result, items: 24, counts: { indexed: 24 } } : result;
        },
      },
      spec: { limit: 100 },
    });
    assert.equal((await job.handle.result()).items, 99);
  });

  it('ends where there is nothing to index', async () => {
    const job = await beginBatch(sessions, { items: 0 });
    const state = await job.handle.result();
    assert.deepEqual([state.status, state.items, state.chunks.begun], ['completed', 0, 0]);
  });

  it('tries a chunk again until it comes to its end', async () => {
    const job = await beginBatch(sessions, {
      items: 2_000,
      fakes: {
        indexChunk: async (_, happy, nth) => {
          if (nth % 3 === 0) throw throttled();
          return happy();
        },
      },
    });
    const state = await job.handle.result();
    assert.deepEqual(accounted({ world: job.world, state }), []);
    assert.deepEqual(state.counts, { indexed: 2_000 });
  });

  it('rests in the hours whose share is nothing, and goes slower in others', async () => {
    const begun: number[] = [];
    const rates: (number | undefined)[] = [];
    const now = hourOf(await env.currentTimeMs());
    const job = await beginBatch(sessions, {
      items: 2_000,
      spec: {
        rates: { IndexFaces: 20 },
        windows: [
          { from: clock(now), to: clock(now + 6), share: 0 },
          { from: clock(now + 6), to: clock(now + 8), share: 0.5 },
        ],
      },
      fakes: {
        indexChunk: async ({ pace }, happy) => {
          begun.push(hourOf(activityInfo().scheduledTimestampMs));
          rates.push(pace.rates.IndexFaces);
          return happy();
        },
      },
    });
    const state = await job.handle.result();
    assert.deepEqual(state.counts, { indexed: 2_000 });
    assert.deepEqual([...new Set(begun)], [(now + 6) % 24]);
    assert.deepEqual([...new Set(rates)], [5], 'two lanes of half the rate');
  });

  it('searches for duplicates afterwards, chunk by chunk', async () => {
    const job = await beginBatch(sessions, { items: 1_200, spec: { duplicates: true } });
    const state = await job.handle.result();
    assert.deepEqual(state.duplicates, { searched: 1_200, pairs: 3 });
    assert.deepEqual(state.counts, { indexed: 1_200 });
    const chunks = job.world.requests('searchChunk').map(({ chunk }) => chunk);
    assert.deepEqual(chunks.sort(), [0, 1, 2]);
  });

  for (const [told, where, counted, onExisting = 'skip'] of [
    ['alone', 'in shards after their own', [0, 10]],
    ['not the first', 'everywhere', [1, 11]],
    ['not alone while it runs', 'everywhere', [0, 11]],
    ['to replace faces', 'everywhere', [0, 10], 'replace'],
  ] as const)
    it(`searches for its faces ${where} when it is ${told}`, async () => {
      const job = await beginBatch(sessions, {
        items: 10,
        spec: { duplicates: true, onExisting },
        fakes: { countFaces: async (_, __, nth) => ({ faces: counted[nth - 1] ?? 0, collections: 2 }) },
      });
      await job.handle.result();
      assert.deepEqual(
        job.world.requests('searchChunk').map(({ everywhere }) => everywhere),
        [where === 'everywhere'],
      );
    });

  it('says at its end how many pairs are stored, whatever tries that died have told of', async () => {
    const stored = 7;
    const job = await beginBatch(sessions, {
      items: 10,
      spec: { duplicates: true },
      fakes: { writeReport: async (_, happy) => ({ ...(await happy()), pairs: stored }) },
    });
    assert.deepEqual((await job.handle.result()).duplicates, { searched: 10, pairs: stored });
  });

  it('searches for duplicates unless told otherwise, where items are few', async () => {
    const job = await beginBatch(sessions, { items: 10, spec: { duplicates: undefined as never } });
    assert.equal((await job.handle.result()).duplicates?.searched, 10);
  });

  it('waits a week for its dead letters to be tried again', async () => {
    const job = await beginBatch(sessions, {
      items: 100,
      bad: [[7, { status: 'dead_letter', reason: 'throttled' }]],
    });
    const state: BatchState = await job.handle.result();
    assert.deepEqual(state.counts, { indexed: 99, 'dead_letter/throttled': 1 });
    const { startTime, closeTime } = await job.handle.describe();
    const days = (Number(closeTime) - Number(startTime)) / (24 * HOUR);
    assert.ok(days >= 7 && days < 7.1, `${days} days`);
    assert.ok(state.endedAt && state.endedAt < Number(startTime) + HOUR);
  });

  it('writes its row though that has to be mended first', async () => {
    const job = await beginBatch(sessions, {
      items: 10,
      fakes: {
        saveBatch: async (_, happy, nth) => {
          if (nth === 1) throw operatorMustAct();
          return happy();
        },
      },
    });
    const state = await job.handle.result();
    assert.deepEqual(job.world.saved.at(-1), state);
  });
});

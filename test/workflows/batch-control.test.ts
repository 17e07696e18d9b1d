import assert from 'node:assert/strict';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import type { BatchState } from '../../domain/batch/job.js';
import type { RateChange } from '../../domain/batch/rates.js';
import {
  cancelBatch,
  pauseBatch,
  rateBatch,
  resumeBatch,
  retryBatch,
} from '../../workflows/batch-messages.js';
import { accounted, beginBatch, type TestBatch } from '../support/batch-runner.js';
import { eventually } from '../support/eventually.js';
import { eventsOf, upserted } from '../support/histories.js';
import { refusal } from '../support/refusal.js';
import { devSessions } from '../support/session-environments.js';
import { TESTER } from '../support/session-fixtures.js';
import type { SessionRunner } from '../support/session-runner.js';
import { gate, operatorMustAct } from '../support/stop-at.js';

const isPausedFor = (reason: BatchState['pausedFor']) => (state: BatchState) => state.pausedFor === reason;
const dead = { status: 'dead_letter', reason: 'throttled' } as const;

describe('who runs a batch index', function () {
  this.timeout(30_000);
  let sessions: SessionRunner;
  before(async function () {
    sessions = await devSessions(this);
  });

  /** A job of four chunks of 65, two at a time, whose first ones wait at a gate. */
  async function gated(bad: Parameters<TestBatch['world']['bad']['set']>[] = []) {
    const stop = gate();
    const job = await beginBatch(sessions, {
      items: 260,
      spec: { rates: { IndexFaces: 4 } },
      bad,
      fakes: {
        indexChunk: async (_, happy, nth) => {
          if (nth <= 2) await stop.wait();
          return happy();
        },
      },
    });
    await stop.reached;
    return { job, open: stop.open };
  }
  const resume = ({ handle }: TestBatch, costCeiling?: number) =>
    handle.executeUpdate(resumeBatch, {
      args: [{ ...TESTER, ...(costCeiling === undefined ? {} : { costCeiling }) }],
    });

  it('pauses it: chunks that run come to their end, no other begins until it is resumed', async () => {
    const { job, open } = await gated();
    const paused = await job.handle.executeUpdate(pauseBatch, { args: [TESTER] });
    assert.deepEqual([paused.status, paused.pausedFor, paused.chunks.done], ['paused', 'requested', 0]);
    open();
    await eventually('the chunks that ran have ended', async () => (await job.state()).chunks.done === 2);
    await job.rests('is paused', isPausedFor('requested'));
    assert.equal(job.world.requests('indexChunk').length, 2);

    const resumed = await resume(job);
    assert.deepEqual([resumed.status, resumed.pausedFor], ['running', undefined]);
    const state = await job.handle.result();
    assert.deepEqual(accounted({ world: job.world, state }), []);
    assert.deepEqual(
      state.actions.map(({ command, by }) => [command, by]),
      [
        ['pause', 'tests'],
        ['resume', 'tests'],
      ],
    );
  });

  it('changes the rates: the next chunk of each lane has them, and chunks are smaller where they are lower', async () => {
    const stop = gate();
    const job = await beginBatch(sessions, {
      items: 2_000,
      spec: { rates: { IndexFaces: 80 } },
      fakes: {
        indexChunk: async (_, happy, nth) => {
          if (nth <= 2) await stop.wait();
          return happy();
        },
      },
    });
    await stop.reached;
    const rate = (change: RateChange) =>
      job.handle.executeUpdate(rateBatch, { args: [{ ...TESTER, ...change }] });
    // At one moment: none of them takes back what another one asked for.
    const windows = [{ from: '00:00', to: '23:59', share: 1 }];
    const quotas = { IndexFaces: 50, DetectFaces: 20 };
    await Promise.all([
      rate({ rates: { IndexFaces: 10 } }),
      rate({ rates: { SearchFaces: 3 } }),
      rate({ windows }),
      rate({ headroom: 0.5, quotas }),
    ]);
    const { spec } = await job.state();
    assert.deepEqual(spec.rates, { IndexFaces: 10, SearchFaces: 3, DetectFaces: 10 });
    assert.deepEqual([spec.named, spec.windows], [['IndexFaces', 'SearchFaces'], windows]);
    stop.open();
    const state = await job.handle.result();
    assert.deepEqual(accounted({ world: job.world, state }), []);
    assert.equal(state.items, 2_000);
    const rates = job.world.requests('indexChunk').map(({ pace }) => pace.rates.IndexFaces);
    assert.deepEqual([rates.slice(0, 2), [...new Set(rates.slice(2))]], [[40, 40], [5]]);
    assert.equal(rates.length, 2 + 19, 'two chunks of 400, and of 65 what was left');
  });

  it('is told where it is blocked, and has the same chunk done once that is mended', async () => {
    const job = await beginBatch(sessions, {
      items: 100,
      spec: { rates: { IndexFaces: 1 } },
      fakes: {
        splitSource: async (_, happy, nth) => {
          if (nth === 1) throw operatorMustAct('Let the role list the bucket.');
          return happy();
        },
        indexChunk: async (_, happy, nth) => {
          if (nth === 1) throw operatorMustAct('Create the collection.');
          return happy();
        },
        writeReport: async (_, happy, nth) => {
          if (nth === 1) throw operatorMustAct('Let the role write reports.');
          return happy();
        },
      },
    });
    for (const message of [
      'Let the role list the bucket.',
      'Create the collection.',
      'Let the role write reports.',
    ]) {
      const { phase } = await job.rests(`says: ${message}`, (state) => state.message === message);
      if (phase === 'report') {
        const rate = job.handle.executeUpdate(rateBatch, { args: [{ ...TESTER, rates: { IndexFaces: 2 } }] });
        assert.deepEqual((await refusal(rate)).details, { status: 'paused', phase, allowed: ['resume'] });
      }
      assert.equal((await resume(job)).message, undefined);
    }
    const state = await job.handle.result();
    assert.deepEqual(accounted({ world: job.world, state }), []);
    assert.deepEqual(state.chunks, { begun: 2, done: 2 });
    const told = upserted(await eventsOf(job.handle)).map(({ Status, Reason }) => [Status, Reason]);
    const blocked = ['paused', 'operator_must_act'];
    const running = ['running', null];
    assert.deepEqual(told, [blocked, running, blocked, running, blocked, running, ['completed', null]]);
  });

  it('cancels it with a rollback: what it has indexed is removed', async () => {
    const { job, open } = await gated([[3, { status: 'rejected', reason: 'no_face' }]]);
    open();
    await job.handle.executeUpdate(pauseBatch, { args: [TESTER] });
    await eventually('two chunks have ended', async () => (await job.state()).chunks.done === 2);
    await job.handle.executeUpdate(cancelBatch, { args: [{ ...TESTER, rollback: true }] });
    const state = await job.handle.result();
    assert.deepEqual(accounted({ world: job.world, state }), []);
    assert.deepEqual(state.counts, { 'rejected/rolled_back': 129, 'rejected/no_face': 1 });
    assert.deepEqual([state.status, state.calls.DeleteFaces], ['canceled', 2]);
  });

  it('takes a cancel of Temporal for one of its own', async () => {
    const { job, open } = await gated();
    await job.handle.cancel();
    open();
    const state = await job.handle.result();
    assert.deepEqual([state.status, state.actions.map(({ by }) => by)], ['canceled', ['temporal']]);
  });

  it('has dead letters of some reasons tried again, also while the rest is under way', async () => {
    const { job, open } = await gated([
      [1, dead],
      [2, { status: 'dead_letter', reason: 'unavailable' }],
      [150, dead],
    ]);
    await job.handle.executeUpdate(pauseBatch, { args: [TESTER] });
    open();
    await eventually('two chunks have ended', async () => (await job.state()).chunks.done === 2);
    job.world.bad.delete(1);
    await job.handle.executeUpdate(retryBatch, { args: [{ ...TESTER, reasons: ['throttled'] }] });
    await resume(job);
    const first = await job.rests('is completed', ({ status }) => status === 'completed');
    assert.deepEqual(first.counts, {
      indexed: 258,
      'dead_letter/unavailable': 1,
      'dead_letter/throttled': 1,
    });
    const retried = job.world.requests('indexChunk').filter(({ retry }) => retry);
    assert.deepEqual(
      retried.map(({ chunk, retry, range }) => [chunk, retry?.reasons, range]),
      [[0, ['throttled'], undefined]],
    );

    job.world.bad.clear();
    const again = await job.handle.executeUpdate(retryBatch, { args: [{ ...TESTER, reasons: [] }] });
    assert.equal(again.actions.length, 4);
    const state = await job.handle.result();
    assert.deepEqual(accounted({ world: job.world, state }), []);
    assert.deepEqual([state.status, state.counts], ['completed', { indexed: 260 }]);
    assert.equal(job.world.requests('writeReport').length, 2);
  });

  it('is refused what does not fit, and told what does', async () => {
    const { job, open } = await gated();
    const { type, details } = await refusal(resume(job));
    assert.deepEqual(
      [type, details],
      ['WrongStatus', { status: 'running', phase: 'index', allowed: ['pause', 'rate', 'retry', 'cancel'] }],
    );
    await job.handle.executeUpdate(pauseBatch, { args: [TESTER] });
    const twice = await refusal(job.handle.executeUpdate(pauseBatch, { args: [TESTER] }));
    assert.deepEqual(twice.details, {
      ...{ status: 'paused', phase: 'index' },
      allowed: ['resume', 'rate', 'retry', 'cancel'],
    });
    const windows = [{ from: '8', to: '09:00', share: 1 }];
    await assert.rejects(
      job.handle.executeUpdate(rateBatch, { args: [{ ...TESTER, rates: {}, windows }] }),
      WorkflowUpdateFailedError,
    );
    const crawl = [{ from: '08:00', to: '09:00', share: 0.001 }];
    const slow = await refusal(
      job.handle.executeUpdate(rateBatch, { args: [{ ...TESTER, windows: crawl }] }),
    );
    assert.equal(slow.type, 'RateTooLow');
    // Of two with one key at one moment, for neither of which the API has found an earlier one, one is taken.
    const both = [10, 20].map(async (IndexFaces) => {
      const keyed = { ...TESTER, request: { key: 'k', body: `${IndexFaces}` } };
      const rate = job.handle.executeUpdate(rateBatch, { args: [{ ...keyed, rates: { IndexFaces } }] });
      return (await refusal(rate).catch(() => ({ type: 'none' }))).type;
    });
    assert.deepEqual((await Promise.all(both)).sort(), ['IdempotencyKeyReused', 'none']);
    await job.handle.executeUpdate(cancelBatch, { args: [{ ...TESTER, rollback: false }] });
    const late = await refusal(job.handle.executeUpdate(pauseBatch, { args: [TESTER] }));
    const canceling = { rollback: false };
    assert.deepEqual(late.details, { status: 'running', phase: 'index', allowed: [], canceling });
    assert.deepEqual((await job.state()).canceling, canceling);
    open();
    assert.equal((await job.handle.result()).canceling, undefined);
  });
});

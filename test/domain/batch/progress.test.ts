import assert from 'node:assert/strict';
import type { BatchState } from '../../../domain/batch/job.js';
import { newBatchJob } from '../../../domain/batch/new-job.js';
import { progressOf } from '../../../domain/batch/progress.js';
import { addSample } from '../../../domain/batch/samples.js';

const NOW = Date.parse('2026-03-02T12:00:00Z');
const START = NOW - 3_600_000;

const spec: BatchState['spec'] = {
  source: { kind: 'prefix', bucket: 'b', prefix: '', userId: '{user_id}' },
  onExisting: 'skip',
  precheck: false,
  rates: { IndexFaces: 100, DetectFaces: 40 },
  windows: [],
  policy: { name: 'default', version: 1 },
};

const job = (changes: Partial<BatchState> = {}): BatchState => ({
  ...newBatchJob('bj_1', spec, START),
  ...changes,
});

/** Chunks of `items` that end every `everyMs` until now. */
function worked(items: number, everyMs: number, until = NOW, throttled = 0) {
  let samples: BatchState['samples'] = [];
  for (let at = START; at <= until; at += everyMs)
    samples = addSample(samples, at, { items, calls: items + throttled, throttled });
  return samples;
}

const near = (actual: number | undefined, expected: number, by: number) =>
  assert.ok(
    actual !== undefined && Math.abs(actual - expected) <= by,
    `${actual} is not ${expected} ± ${by}`,
  );

describe('progressOf', () => {
  it('tells the speed of the last minutes, and how long the rest takes at it', () => {
    const samples = worked(250, 5_000, NOW, 10);
    const state = job({
      samples,
      listed: true,
      items: 200_000,
      counts: { indexed: 140_000, rejected: 10_000 },
    });
    const progress = progressOf(state, NOW + 2_000);
    near(progress.itemsPerSecond, 50, 0.5);
    near(progress.callsPerSecond, 50, 0.5);
    near(progress.throttledShare, 10 / 260, 1e-9);
    assert.equal(progress.share, 0.75);
    near(progress.secondsLeft, 1_000, 10);
  });

  it('knows no share and no end before the source is listed, unless there is a limit', () => {
    const state = job({ samples: worked(250, 5_000), items: 500, counts: { indexed: 250 } });
    assert.equal(progressOf(state, NOW).share, undefined);
    assert.equal(progressOf(state, NOW).secondsLeft, undefined);
    assert.equal(progressOf({ ...state, spec: { ...spec, limit: 1_000 } }, NOW).share, 0.25);
  });

  it('tells a speed after the first chunk, and none before', () => {
    near(
      progressOf(job({ samples: addSample([], NOW, { items: 500, calls: 500, throttled: 0 }) }), NOW)
        .itemsPerSecond,
      50,
      0.1,
    );
    assert.equal(progressOf(job(), NOW).itemsPerSecond, 0);
    assert.equal(progressOf(job(), NOW).throttledShare, 0);
  });

  it('falls to nothing when nothing ends any more, and sees no end then', () => {
    const state = job({ samples: worked(250, 5_000), listed: true, items: 100_000 });
    const later = progressOf(state, NOW + 100_000);
    assert.ok(later.itemsPerSecond > 0 && later.itemsPerSecond < 30);
    assert.equal(progressOf(state, NOW + 600_000).itemsPerSecond, 0);
    assert.equal(progressOf(state, NOW + 600_000).secondsLeft, undefined);
    assert.equal(progressOf({ ...state, status: 'paused' }, NOW).secondsLeft, undefined);
  });

  it('tells what may be called now: 98 % of the rates, of what throttling leaves of them, at this hour', () => {
    const allowed = (changes: Partial<BatchState>) => progressOf(job(changes), NOW).allowedCallsPerSecond;
    near(allowed({}), 98, 1e-9);
    near(allowed({ allowed: 0.5 }), 49, 1e-9);
    near(allowed({ calls: { IndexFaces: 3, DetectFaces: 3 } }), 2 * 40 * 0.98, 1e-9);
    const windows = [{ from: '08:00', to: '20:00', share: 0.25 }];
    near(allowed({ spec: { ...spec, windows } }), 24.5, 1e-9);
    assert.equal(allowed({ spec: { ...spec, windows: [{ from: '08:00', to: '20:00', share: 0 }] } }), 0);
    assert.equal(allowed({ phase: 'duplicates' }), undefined);
  });

  it('moves on with what chunks have done that have not ended, and is never all of it before they have', () => {
    const state = job({ listed: true, items: 100, counts: { indexed: 50 }, samples: worked(10, 60_000) });
    const share = (items: number, chunks = 2) => progressOf(state, NOW, { chunks, items }).share;
    assert.deepEqual([share(0, 0), share(25), share(50), share(80)], [0.5, 0.75, 0.98, 0.98]);
    const [left, before] = [progressOf(state, NOW, { chunks: 1, items: 25 }), progressOf(state, NOW)];
    near(left.secondsLeft, (before.secondsLeft ?? 0) / 2, 1e-6);
    const unlisted = job({ counts: { indexed: 50 } });
    assert.equal(progressOf(unlisted, NOW, { chunks: 1, items: 5 }).share, undefined);
  });

  it('is of the phase', () => {
    const share = (changes: Partial<BatchState>) =>
      progressOf(job({ listed: true, items: 100, ...changes }), NOW).share;
    const counts = { indexed: 60, 'rejected/no_face': 20, 'dead_letter/throttled': 20 };
    assert.equal(share({ counts, phase: 'retry' }), 0.8);
    assert.equal(share({ counts, phase: 'duplicates' }), 0);
    assert.equal(share({ counts, phase: 'duplicates', duplicates: { searched: 30, pairs: 1 } }), 0.5);
    assert.equal(share({ counts: { indexed: 30, 'skipped/rolled_back': 30 }, phase: 'rollback' }), 0.5);
    assert.equal(share({ counts, phase: 'ended', status: 'completed' }), 1);
    assert.equal(share({ items: 0 }), 1);
  });
});

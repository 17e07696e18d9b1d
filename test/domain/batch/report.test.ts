import assert from 'node:assert/strict';
import type { BatchState } from '../../../domain/batch/job.js';
import { newBatchJob } from '../../../domain/batch/new-job.js';
import { faceName, pairOf } from '../../../domain/batch/pair.js';
import { addPhaseWork } from '../../../domain/batch/phase-work.js';
import { reportOf, reportPartOf, reportParts, reportPrefix } from '../../../domain/batch/report.js';
import { reportHtml } from '../../../domain/batch/report-html.js';
import { reportJson } from '../../../domain/batch/report-json.js';

const spec = {
  source: { kind: 'prefix', bucket: 'b', prefix: '', userId: '{user_id}.jpg' },
  onExisting: 'skip',
  precheck: false,
  rates: {},
  windows: [],
  policy: { name: 'default', version: 1 },
} as const;
const tenant = { account: 'acme', mode: 'live' } as const;

describe('the report of a batch job', () => {
  const state = {
    ...newBatchJob('bj_1', spec, 1_000),
    status: 'completed',
    phase: 'ended',
    items: 10,
    listed: true,
    counts: { indexed: 8, 'rejected/no_face': 2 },
    calls: { IndexFaces: 10 },
    endedAt: 6_000,
  } as const;

  it('tells how long it took, and how fast', () => {
    const { wallMs, itemsPerSecond, tps } = reportOf(tenant, state, { ledger: state.counts });
    assert.deepEqual([wallMs, itemsPerSecond, tps], [5_000, 2, { IndexFaces: 2 }]);
  });

  it('tells how fast each phase was that called Rekognition, apart from the others and without pauses', () => {
    const job = newBatchJob('bj_1', spec, 0);
    const steps: [at: number, change: Partial<BatchState>][] = [
      [10_000, { calls: { IndexFaces: 400 } }],
      [10_000, { status: 'paused' }],
      [60_000, { calls: { IndexFaces: 500 } }],
      [90_000, { status: 'running' }],
      [100_000, { phase: 'duplicates' }],
      [110_000, { calls: { IndexFaces: 500, SearchFaces: 50 } }],
      [110_000, { phase: 'report' }],
      [119_000, {}],
    ];
    let ended: BatchState = job;
    for (const [updatedAt, change] of steps) {
      const next = { ...ended, ...change, updatedAt };
      ended = { ...next, work: addPhaseWork(ended, next) };
    }
    const report = reportOf(tenant, ended, { ledger: {} });
    assert.deepEqual(report.work, {
      index: { ms: 20_000, calls: 500 },
      duplicates: { ms: 10_000, calls: 50 },
    });
    assert.deepEqual(JSON.parse(reportJson(report)).phases, {
      index: { seconds: 20, calls: 500, calls_per_second: 25 },
      duplicates: { seconds: 10, calls: 50, calls_per_second: 5 },
    });
    assert.match(reportHtml(report), /duplicates<\/td><td>50<\/td><td>10 s<\/td><td>5</);
  });

  it('says whether every photo that was met came to something, and the ledger says the same', () => {
    const addsUp = (changes: object, ledger = state.counts as object) =>
      reportOf(tenant, { ...state, ...changes }, { ledger: ledger as Record<string, number> }).addsUp;
    assert.equal(addsUp({}), true);
    assert.equal(addsUp({ items: 11 }), false);
    assert.equal(addsUp({}, { indexed: 8, 'rejected/no_face': 1 }), false);
    assert.equal(addsUp({}, { ...state.counts, skipped: 1 }), false);
    assert.equal(
      addsUp({}, { indexed: 7, 'rejected/no_face': 2, 'skipped/user_erasing': 1 }),
      true,
      'erased',
    );
    assert.equal(addsUp({}, { indexed: 7, 'rejected/no_face': 2, 'skipped/user_exists': 1 }), false);
  });

  it('has every chunk in one part of the list, by a name that does not depend on how many there are', () => {
    assert.deepEqual(reportParts(0), [{ file: 'items-00001.csv', from: 0, to: 0 }]);
    for (const chunks of [1, 49, 50, 51, 150]) {
      const parts = reportParts(chunks);
      const covered = parts.flatMap(({ from, to }) =>
        Array.from({ length: to - from }, (_, at) => from + at),
      );
      assert.deepEqual(covered, [...Array(chunks).keys()]);
      for (const { file, from } of parts) assert.equal(reportPartOf(from).file, file);
    }
  });

  it('is under the account and mode of the job', () => {
    assert.equal(reportPrefix(tenant, 'bj_1'), 'reports/acme/live/bj_1/');
  });
});

describe('a pair of faces', () => {
  const face = (subject: string, faceKey: string) => ({ subject, faceKey, faceId: 'f', collection: 'c' });
  const found = { similarity: 99, at: 1 };

  it('is the same whichever is met first, also where two users have one photo', () => {
    const [a, b] = [face('a', 'k'), face('b', 'k')];
    assert.deepEqual(pairOf(a, b, found), pairOf(b, a, found));
    assert.ok(faceName(pairOf(b, a, found).first) < faceName(pairOf(b, a, found).second));
  });
});

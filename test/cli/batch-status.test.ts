import assert from 'node:assert/strict';
import { renderBatchJob } from '../../api/render-batch-job.js';
import { describeJob } from '../../cli/batch/describe-job.js';
import { jobProgress } from '../../cli/batch/job-progress.js';
import type { BatchState } from '../../domain/batch/job.js';
import { newBatchJob } from '../../domain/batch/new-job.js';
import type { UnderWay } from '../../domain/batch/progress.js';

const ID = `bj_${'a'.repeat(26)}`;
const SPEC: BatchState['spec'] = {
  source: { kind: 'prefix', bucket: 'archive', prefix: 'p/', userId: 'p/{user_id}.jpg' },
  onExisting: 'skip',
  precheck: false,
  rates: { IndexFaces: 80 },
  windows: [],
  quotas: { IndexFaces: 50 },
  policy: { name: 'default', version: 1 },
};
const counts = { indexed: 90_000, 'rejected/no_face': 10_000 };

/** A job as the API really shows it. */
const job = (changes: Partial<BatchState> = {}, underWay?: UnderWay) =>
  renderBatchJob(
    { account: 'a', mode: 'test' },
    { ...newBatchJob(ID, SPEC, 0), counts, ...changes },
    3_600_000,
    underWay,
  );

describe('where a batch job stands, for people', () => {
  it('is said with its phase, also of one that is paused or being cancelled', () => {
    const canceling = { rollback: true };
    const first = (changes: Partial<BatchState>) => describeJob(job(changes))[0];
    assert.equal(first({ canceling }), `${ID}  being cancelled with rollback, index`);
    const paused = { status: 'paused', pausedFor: 'requested', phase: 'report' } as const;
    assert.equal(first(paused), `${ID}  paused on request, report`);
    assert.match(jobProgress(job({ canceling })).plain, /; being cancelled with rollback, index$/);
  });

  it('has what chunks have done that have not ended, which no count has yet', () => {
    const shown = job({}, { chunks: 2, items: 90 });
    const lines = describeJob(shown);
    assert.ok(
      lines.includes('photos done: 100,000, and 90 of index in 2 chunks under way'),
      lines.join('\n'),
    );
    assert.match(jobProgress(shown).plain, /^index: 100,090 photos, and more to come; /);
    assert.match(jobProgress(shown, 200_180).plain, /^index: 50 %, 100,090 of 200,180 photos; /);
  });

  it('says what quota a rate does not go beyond', () => {
    assert.ok(describeJob(job()).includes('rates: IndexFaces 80/s (50/s, the quota)'));
  });
});

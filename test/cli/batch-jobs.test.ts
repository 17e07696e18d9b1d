import assert from 'node:assert/strict';
import { renderBatchJob } from '../../api/render-batch-job.js';
import { type ApiClient, ApiProblem } from '../../cli/api-client.js';
import { describeJob } from '../../cli/batch/describe-job.js';
import type { Job } from '../../cli/batch/job.js';
import { jobProgress } from '../../cli/batch/job-progress.js';
import { controlJob, listItems, listJobs, startJob } from '../../cli/batch/jobs.js';
import { watchJob } from '../../cli/batch/watch.js';
import type { BatchState } from '../../domain/batch/job.js';
import { newBatchJob } from '../../domain/batch/new-job.js';

const ID = `bj_${'a'.repeat(26)}`;
const BEGAN = Date.UTC(2026, 10, 20, 18);
const SPEC: BatchState['spec'] = {
  source: { kind: 'prefix', bucket: 'archive', prefix: 'p/', userId: 'p/{user_id}.jpg' },
  onExisting: 'skip',
  precheck: false,
  rates: { IndexFaces: 45 },
  windows: [{ from: '22:00', to: '06:00', share: 0.5 }],
  policy: { name: 'default', version: 1 },
};

/** A job as the API really shows it, an hour after it began. */
const job = (changes: Partial<BatchState> = {}): Job =>
  renderBatchJob(
    { account: 'a', mode: 'test' },
    { ...newBatchJob(ID, SPEC, BEGAN), ...changes },
    BEGAN + 3_600_000,
  );

const running: Partial<BatchState> = {
  counts: {
    indexed: 90_000,
    'rejected/no_face': 9_000,
    'rejected/multiple_faces': 900,
    'dead_letter/throttled': 100,
  },
  items: 100_500,
  calls: { IndexFaces: 100_000 },
  throttled: 40,
  cost: 100,
  samples: [
    { at: BEGAN + 3_480_000, items: 2_400, calls: 2_400, throttled: 0 },
    { at: BEGAN + 3_540_000, items: 2_400, calls: 2_400, throttled: 24 },
    { at: BEGAN + 3_599_000, items: 0, calls: 0, throttled: 0 },
  ],
  updatedAt: BEGAN + 3_600_000,
};
const ended: Partial<BatchState> = {
  ...{ ...running, status: 'completed', phase: 'ended', listed: true, items: 100_000 },
  endedAt: BEGAN + 190_800_000,
};

/** An API that gives one answer after the other; of functions what they return, or throw. */
function answering(...answers: (object | (() => object))[]) {
  const requests: unknown[][] = [];
  const api: ApiClient = {
    async call<T>(...request: unknown[]) {
      requests.push(request);
      const answer = answers.shift();
      return (typeof answer === 'function' ? answer() : answer) as T;
    },
    async download(path) {
      requests.push(['GET', path]);
      return answers.shift() as AsyncIterable<Uint8Array>;
    },
  };
  return { api, requests };
}

describe('idv batch, job by job', () => {
  let lines: string[];
  const print = (line: string) => void lines.push(line);
  const terminal = { write: (text: string) => void lines.push(text.trimEnd()) };
  beforeEach(() => {
    lines = [];
  });

  it('describes a job for people', () => {
    const actions = [{ command: 'rate' as const, by: 'key/op-1', at: BEGAN + 60_000 }];
    assert.deepEqual(describeJob(job({ ...running, actions })), [
      `${ID}  running, index`,
      'source: s3://archive/p/',
      'began 2026-11-20 18:00 UTC, runs for 1 h',
      'photos done: 100,000',
      '  indexed           90,000',
      '  rejected          9,900',
      '    no_face         9,000',
      '    multiple_faces  900',
      '  skipped           0',
      '  dead_letter       100',
      '    throttled       100',
      'calls: IndexFaces 100,000; under 0.1 % throttled',
      'cost: $100.00',
      'rates: IndexFaces 45/s; 50 % of it 22:00-06:00 UTC',
      '  2026-11-20 18:01 UTC  rate by key/op-1',
      'takes now: pause, rate, retry, cancel',
    ]);
    const blocked = job({ status: 'paused', pausedFor: 'blocked', message: 'No bucket.\u001b[2J' });
    assert.match(
      describeJob(blocked)[0] ?? '',
      /blocked, index: mend what the message says, then `idv batch resume`/,
    );
    assert.equal(describeJob(blocked)[1], 'No bucket.\\u001b[2J');
  });

  it('shows progress with a share once it is known how many photos there are', () => {
    const unknown = jobProgress(job(running));
    assert.match(unknown.plain, /^index: 100,000 photos, and more to come; /);
    const known = jobProgress(job(running), 1_000_000);
    assert.deepEqual(known.lines(80), [
      'index [###-----------------------------------] 10 %, 100,000 of 1,000,000 photos',
      'about 6 h 11 min left, 40.3/s photos, 40.1/s of 44.1/s calls, 0.5 % throttled',
      'indexed 90,000, rejected 9,900, skipped 0, dead letters 100',
      'cost $100.00',
    ]);
    assert.match(known.lines(60)[0] ?? '', /^index \[#-+\] 10 %, 100,000 of 1,000,000 photos$/);
    assert.match(
      jobProgress(job({ ...running, listed: true })).plain,
      /^index: 99 %, 100,000 of 100,500 photos; /,
    );
    const paused = jobProgress(job({ ...running, status: 'paused', pausedFor: 'cost_ceiling' }));
    assert.match(paused.plain, /; paused at its cost ceiling, index: raise it with/);
  });

  it('begins a job with a key of its own, so that an answer that was lost makes no second one', async () => {
    const { api, requests } = answering(job(), job());
    await startJob(api, { a: 1 }, { json: false }, print);
    await startJob(api, { a: 1 }, { json: true, key: 'mine' }, print);
    const keys = requests.map(([, , sent]) => (sent as { idempotencyKey: string }).idempotencyKey);
    assert.match(keys[0] ?? '', /^[0-9a-f-]{36}$/);
    assert.equal(keys[1], 'mine');
    assert.equal(lines[1], `Watch it: idv batch watch ${ID}`);
    assert.equal(JSON.parse(lines[2] ?? '').id, ID);
  });

  it('names its key where nobody knows whether the job was begun, and not where it was refused', async () => {
    const failing = (error: Error) => ({ call: async () => Promise.reject(error) }) as unknown as ApiClient;
    const start = (error: Error) => startJob(failing(error), {}, { json: false, key: 'k-1' }, print);
    await assert.rejects(
      start(new Error('The API cannot be reached.')),
      /reached\. .* --idempotency-key k-1$/,
    );
    await assert.rejects(start(new ApiProblem(503, 'unavailable', 'Busy.')), /--idempotency-key k-1$/);
    await assert.rejects(start(new ApiProblem(422, 'invalid_request', 'No.')), /^ApiProblem: No\.$/);
  });

  it('tells a job what to do, and what it is then', async () => {
    const { api, requests } = answering(job({ spec: { ...SPEC, rates: { IndexFaces: 20 }, windows: [] } }));
    await controlJob(api, ID, 'rate', { body: { rates: { IndexFaces: 20 } }, json: false }, print);
    assert.deepEqual(requests[0]?.slice(0, 2), ['POST', `/v1/batch-jobs/${ID}/rate`]);
    assert.deepEqual(lines, [`${ID} is running, index, IndexFaces 20/s`]);
  });

  it('lists jobs and items page by page, and not more than asked for', async () => {
    const item = {
      status: 'rejected',
      reason: 'no_face',
      uri: 's3://b/a\n.jpg',
      line: 3,
      user_id: 'u1',
      duplicate: false,
    };
    const { api, requests } = answering(
      { data: [job(ended)], next_cursor: null },
      { data: Array(100).fill(item), next_cursor: 'c' },
      { data: Array(100).fill(item), next_cursor: 'd' },
    );
    await listJobs(api, { limit: 20, json: false }, print);
    assert.deepEqual(lines, [`${ID}  2026-11-20 18:00 UTC  completed  100,000 photos  s3://archive/p/`]);
    lines = [];
    await listItems(api, ID, { status: 'rejected' }, { limit: 150, json: false }, print);
    assert.equal(lines.length, 151);
    assert.equal(lines[0], 'rejected/no_face  s3://b/a\\u000a.jpg  user u1  line 3');
    assert.equal(lines[150], 'The first 150; --limit shows more.');
    assert.equal(requests[2]?.[1], `/v1/batch-jobs/${ID}/items?status=rejected&limit=1000&cursor=c`);
  });

  it('watches a job to its end, through an API that is away, and says how it went', async () => {
    const away = () => {
      throw new ApiProblem(502, '', 'Bad gateway.');
    };
    const { api } = answering(job(running), away, job({ ...running, phase: 'report' }), job(ended));
    const quick = { json: false, everyMs: 1, retryMs: 1 };
    const code = await watchJob(api, ID, quick, { print, terminal }, new AbortController().signal);
    assert.equal(code, 0);
    assert.match(lines[0] ?? '', /^index: 100,000 photos/);
    assert.equal(lines[1], 'Bad gateway. The job goes on; trying again.');
    assert.match(lines[2] ?? '', /^report: 100 %/);
    assert.equal(lines[3], `${ID}  completed`);
    assert.ok(lines.includes('began 2026-11-20 18:00 UTC, took 2 d 5 h'), lines.join('\n'));
  });

  it('lets go of a job on Ctrl-C, which goes on, and says how to attach again', async () => {
    const stop = new AbortController();
    const { api } = answering(() => {
      stop.abort();
      return job(running);
    });
    const code = await watchJob(api, ID, { json: false }, { print, terminal }, stop.signal);
    assert.equal(code, 130);
    assert.equal(lines.at(-1), `Detached; the job goes on. Attach again: idv batch watch ${ID}`);
  });

  it('prints a line of JSON for each change, and nothing else', async () => {
    const { api } = answering(job(running), job(running), job({ ...ended, status: 'failed' }));
    const options = { json: true, everyMs: 1 };
    const code = await watchJob(api, ID, options, { print, terminal }, new AbortController().signal);
    assert.equal(code, 1);
    assert.deepEqual(
      lines.map((line) => JSON.parse(line).status),
      ['running', 'failed'],
    );
  });

  it('does not go on asking for what the API refuses', async () => {
    const { api } = answering(() => {
      throw new ApiProblem(404, 'not_found', 'There is no such batch job.');
    });
    const watching = watchJob(api, ID, { json: false }, { print, terminal }, new AbortController().signal);
    await assert.rejects(watching, /There is no such/);
  });
});

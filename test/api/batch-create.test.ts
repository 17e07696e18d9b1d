import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Ports } from '../../activities/ports.js';
import { createBatchJobs } from '../../api/batch-jobs.js';
import { createIdentities } from '../../api/identities.js';
import type { Problem } from '../../api/problem.js';
import { createBatchJobSchema, rateBatchSchema } from '../../api/schemas/batch-job.js';
import { defaultPrices } from '../../domain/batch/cost.js';
import type { BatchState } from '../../domain/batch/job.js';
import type { Tenant } from '../../domain/session.js';
import type { BatchInput, BatchRate } from '../../workflows/batch-messages.js';
import { testPolicies } from '../support/test-policies.js';

const tenant: Tenant = { account: 'a', mode: 'test' };
const source = { type: 'prefix', bucket: 'archive', prefix: '', user_id: '{user_id}' };

/**
 * The API over rows in memory.
 * @param fails Temporal does not answer that often
 * @param asked what it says of a job
 * @param answer to a command
 */
function jobsOver(
  rows: Map<string, { fingerprint: string; state: BatchState }>,
  fails = 0,
  asked?: 'absent' | 'cut_off',
  answer: object = { late: true },
) {
  const begun: BatchInput[] = [];
  const rated: BatchRate[] = [];
  let left = fails;
  const flows = {
    async beginBatch(input: BatchInput) {
      if (left-- > 0) throw new Error('UNAVAILABLE');
      begun.push(input);
    },
    askBatch: async () => (asked === 'absent' ? asked : undefined),
    underWay: async () => (asked === 'cut_off' ? asked : undefined),
    async rateBatch(_: unknown, change: BatchRate) {
      rated.push(change);
      return answer;
    },
  };
  const batches = {
    async create(_: Tenant, state: BatchState, fingerprint: string) {
      const earlier = rows.get(state.jobId);
      if (!earlier) rows.set(state.jobId, { state, fingerprint });
      return earlier;
    },
    async save(_: Tenant, state: BatchState) {
      const earlier = rows.get(state.jobId);
      if (earlier && earlier.state.revision < state.revision) rows.set(state.jobId, { ...earlier, state });
    },
    read: async (_: Tenant, jobId: string) => rows.get(jobId)?.state,
    list: async () => ({ jobs: [...rows.values()].map(({ state }) => state) }),
  };
  const policy = testPolicies().get('default');
  assert.ok(policy);
  const jobs = createBatchJobs({
    flows: flows as never,
    batches: batches as unknown as Ports['batches'],
    identities: createIdentities({ pseudonym: randomBytes(32), idempotency: new Uint8Array(32) }),
    buckets: { listed: [{ bucket: 'archive' }], own: 'idv-photos' },
    quotas: { IndexFaces: 50, DetectFaces: 100 },
    prices: defaultPrices,
    policy: () => policy,
  });
  const create = (change: object, key?: string) =>
    jobs.create(tenant, createBatchJobSchema.parse({ source, ...change }), key);
  const rate = (jobId: string, body: object) =>
    jobs.rate(tenant, jobId, {
      body: rateBatchSchema.parse(body),
      by: 'op',
      idempotencyKey: undefined,
      withinMs: 1,
    });
  return { begun, rated, create, rate, jobs };
}

describe('creating a batch job', () => {
  it('begins it again where Temporal did not answer, and not once it has begun', async () => {
    const rows = new Map();
    const { begun, create } = jobsOver(rows, 1);
    await assert.rejects(create({}, 'k'));
    const { state, replayed } = await create({}, 'k');
    assert.deepEqual([begun.length, replayed], [1, true]);
    // Temporal may have forgotten it, but its row has not.
    rows.set(state.jobId, {
      ...rows.get(state.jobId),
      state: { ...state, revision: 9, status: 'completed', endedAt: 1 },
    });
    assert.equal((await create({}, 'k')).state.status, 'completed');
    assert.equal(begun.length, 1);
  });

  it('goes by the quotas but for their headroom, unless it names its rates', async () => {
    const { begun, create } = jobsOver(new Map());
    await create({});
    await create({ headroom: 0.5 });
    await create({ headroom: 0, rates: { IndexFaces: 7, DetectFaces: null, SearchFaces: 3 } });
    assert.deepEqual(
      begun.map(({ spec }) => spec.rates),
      [
        { IndexFaces: 45, DetectFaces: 90 },
        { IndexFaces: 25, DetectFaces: 50 },
        { IndexFaces: 7, SearchFaces: 3 },
      ],
    );
  });

  it('sends no more of other rates than what was asked for: the job knows what it changes', async () => {
    const { rated, create, rate } = jobsOver(new Map());
    const { state } = await create({ rates: { IndexFaces: 7 } });
    assert.deepEqual(state.spec.quotas, { IndexFaces: 50, DetectFaces: 100 });
    await rate(state.jobId, { headroom: 0.5, rates: { DetectFaces: null } });
    const quotas = { IndexFaces: 50, DetectFaces: 100 };
    assert.deepEqual(rated, [{ by: 'op', headroom: 0.5, rates: { DetectFaces: null }, quotas }]);
    await assert.rejects(
      create({ rate_windows: [{ from: '01:00', to: '02:00', share: 0.001 }] }),
      /not valid/,
    );
  });

  it('that Temporal never heard of is failed once it had time to begin, and begins when it is asked for again', async () => {
    const rows = new Map();
    const { begun, create, jobs } = jobsOver(rows, 1, 'absent');
    await assert.rejects(create({}, 'k'));
    const [{ fingerprint, state }] = [...rows.values()];
    const { jobId, createdAt } = state;
    assert.equal((await jobs.read(tenant, jobId)).status, 'running', 'it may still begin');
    const old = createdAt - 100_000;
    rows.set(jobId, { fingerprint, state: { ...state, createdAt: old, updatedAt: old } });
    for (const shown of [...(await jobs.list(tenant, { limit: 9 })).jobs, rows.get(jobId).state]) {
      assert.deepEqual([shown.status, shown.endedAt], ['failed', old]);
      assert.match(shown.message ?? '', /never began/);
    }
    const again = await create({}, 'k');
    assert.deepEqual([begun.length, again.state.status, again.state.createdAt], [1, 'running', old]);
    const row = rows.get(jobId).state;
    assert.ok(row.status === 'running' && row.revision < 1, 'what the job writes first is newer');
  });

  it('that was ended from outside is failed, also by its row and to commands, and no other one begins under its key', async () => {
    const rows = new Map();
    const { state } = await jobsOver(rows).create({}, 'k');
    const { jobId } = state;
    rows.set(jobId, { ...rows.get(jobId), state: { ...state, revision: 5 } });
    const { begun, create, jobs, rate } = jobsOver(rows, 0, 'cut_off', { gone: true });
    await assert.rejects(rate(jobId, { headroom: 0.5 }), ({ detail, extras }: Problem) => {
      assert.match(detail, /has ended as failed/);
      return extras.current_status === 'failed';
    });
    const written = rows.get(jobId).state;
    assert.deepEqual([written.status, written.endedAt], ['failed', state.updatedAt]);
    assert.ok(written.revision > 5);
    assert.match((await jobs.show(tenant, jobId)).state.message ?? '', /under another Idempotency-Key/);
    assert.deepEqual([(await create({}, 'k')).state.status, begun.length], ['failed', 0]);
  });

  it('is told to go slower than it may: where that is by windows from before, with what was sent', async () => {
    const slow = { rateTooLow: [{ window: 1, message: 'must be 0, or more' }] };
    const { create, rate } = jobsOver(new Map(), 0, undefined, slow);
    const { jobId } = (await create({})).state;
    const window = { from: '01:00', to: '02:00', share: 0.1 };
    const pointed: unknown[] = [];
    for (const body of [
      { rates: { IndexFaces: 1 } },
      { headroom: 0.9 },
      { headroom: 0.9, rate_windows: [window, window] },
    ])
      await rate(jobId, body).catch(({ extras }: Problem) => pointed.push(extras.errors?.[0]));
    const message = 'does not fit /rate_windows/1 of the job, whose share must be 0, or more';
    assert.deepEqual(pointed, [
      { pointer: '/rates', message },
      { pointer: '/headroom', message },
      { pointer: '/rate_windows/1/share', message: 'must be 0, or more' },
    ]);
  });

  it('takes no answer to a command for a late one that is none', async () => {
    const answers = [
      [{ late: true }, undefined],
      [{ keyReused: true }, /another body/],
      [{ wrongStatus: { status: 'unknown', allowed: [] } }, /does not accept/],
      [{ unknownCapture: true }, /does not answer/],
    ] as const;
    for (const [answer, refused] of answers) {
      const { create, rate } = jobsOver(new Map(), 0, undefined, answer);
      const asked = rate((await create({})).state.jobId, { headroom: 0 });
      if (refused) await assert.rejects(asked, refused);
      else assert.equal((await asked).late, true);
    }
  });

  it('knows formats by their endings, columns by their usual names, and bounds what is read of our bucket', async () => {
    const { begun, create } = jobsOver(new Map());
    const list = { type: 'manifest', bucket: 'archive', key: 'list.NDJSON' };
    await create({ source: list });
    await create({ source: { ...list, user_id: '{user_id}', columns: { key: 'file' } } });
    await create({ source: { ...list, key: 'list.csv', photos: { bucket: 'idv-photos' } } });
    assert.deepEqual(
      begun.map(({ spec }) => spec.source),
      [
        { ...made('jsonl'), columns: { key: 'key', userId: 'user_id' } },
        { ...made('jsonl'), columns: { key: 'file' }, userId: '{user_id}' },
        {
          ...made('csv', 'list.csv'),
          columns: { key: 'key', userId: 'user_id' },
          photos: { bucket: 'idv-photos' },
          within: 'imports/a/test/',
        },
      ],
    );
  });
});

const made = (format: string, key = 'list.NDJSON') => ({ kind: 'manifest', bucket: 'archive', key, format });

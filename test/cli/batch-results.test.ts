import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderPlan } from '../../api/render-batch-plan.js';
import { type ApiClient, ApiProblem } from '../../cli/api-client.js';
import { type DuplicateCluster, listDuplicates, listPairs, resolvePair } from '../../cli/batch/duplicates.js';
import { type Plan, planJob } from '../../cli/batch/plan.js';
import { saveReport } from '../../cli/batch/report.js';
import { defaultPrices } from '../../domain/batch/cost.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

/** A plan as the API really shows it. */
const plan: Plan = renderPlan(
  'bp_1',
  {
    spec: {
      source: {
        kind: 'manifest',
        bucket: 'archive',
        key: 'l.csv',
        format: 'csv',
        columns: { key: 'key', userId: 'user_id' },
      },
      ...{ onExisting: 'skip', precheck: false, duplicates: false, windows: [], rates: { IndexFaces: 45 } },
      policy: { name: 'default', version: 1 },
    },
    hours: 2,
    survey: {
      items: 1_000_100,
      bytes: 150_000_000_000,
      unusable: { line_unreadable: 100 },
      badLines: [{ line: 17, reason: 'line_unreadable' }],
      sizes: { over15Mb: 0, over5Mb: 0 },
      sample: { looked: 1_000, jpeg: 990, png: 10, other: 0, missing: 0, bytes: 150_000_000 },
      elsewhere: false,
      shards: [{ shard: 's0', collection: 'idv-a-live-s0-g1', faces: 1_000_000 }],
    },
  },
  { quotas: { IndexFaces: 50 }, prices: defaultPrices, region: 'us-east-1', startAt: 0 },
);

const cluster: DuplicateCluster = {
  id: 'a'.repeat(26),
  users: [
    { user_id: 'u1', subject: 'sa' },
    { user_id: null, subject: 'sb' },
  ],
  pairs: [
    {
      id: 'sa:1~sb:2',
      similarity: 99.44,
      resolution: null,
      first: { user_id: 'u1', subject: 'sa', uri: 's3://archive/1\u0007.jpg' },
      second: { user_id: null, subject: 'sb', uri: null },
    },
  ],
};

describe('idv batch, before a job and after it', () => {
  let lines: string[];
  let notes: string[];
  const print = (line: string) => void lines.push(line);
  const note = (line: string) => void notes.push(line);
  beforeEach(() => {
    lines = [];
    notes = [];
  });
  const answering = (...answers: unknown[]) => {
    const requests: unknown[][] = [];
    const answer = async (...request: unknown[]) => {
      requests.push(request);
      return answers.shift() as never;
    };
    const api: ApiClient = { call: answer, download: answer };
    return { api, requests };
  };

  it('plans: waits for the count, then tells of photos, calls, time, money, shards and what to know', async () => {
    const { api, requests } = answering({ id: 'bp_1', status: 'processing' }, plan);
    await planJob(api, {}, { json: false, everyMs: 1 }, { print, note });
    assert.equal(requests[1]?.[1], '/v1/batch-jobs/plan/bp_1');
    assert.equal(notes.length, 1);
    const text = lines.join('\n');
    for (const says of [
      /^1,000,100 photos, 1,000,000 of them to be tried, 150 GB$/m,
      /^ {2}line_unreadable: 100$/m,
      /^ {2}line 17: line_unreadable$/m,
      /^1,000 looked at: 990 JPEG, 10 PNG, 0 neither, 0 missing$/m,
      /^index: about 6 h 17 min, \$[\d,.]+ \(Rekognition \$[\d,.]+, S3 /m,
      /^ {2}IndexFaces {2}1,000,000 calls {2}142\/s needed for the hours wished for$/m,
      /^duplicates \(not included\): /m,
      /^together: about 6 h 17 min, \$.* a month for the faces \(prices of us-east-1\)$/m,
      /^shard s0 {2}idv-a-live-s0-g1 {2}1,000,000 faces {2}2,000,000 afterwards, 10 % full$/m,
      /^warning: .*quota/m,
      /^To be sent to AWS:$/m,
    ])
      assert.match(text, says);
  });

  it('stops a count on Ctrl-C at once, also while the API waits, and says where it could not', async () => {
    const noSuch = new ApiProblem(404, 'not_found', 'No such plan');
    const outcomes: [refused: Error | undefined, says: RegExp][] = [
      [undefined, /was stopped/],
      [noSuch, /was stopped/],
      [new Error('Nobody answers.'), /goes on, and ends by itself within six hours\. Nobody answers/],
    ];
    for (const [refused, says] of outcomes) {
      const stop = new AbortController();
      const asked: string[] = [];
      const call: ApiClient['call'] = async (method, path, { signal, prefer } = {}) => {
        asked.push([method, path, prefer].join(' ').trim());
        if (method === 'GET') {
          setImmediate(() => stop.abort());
          await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
        }
        if (method === 'DELETE' && refused) throw refused;
        return { id: 'bp_1', status: 'processing' } as never;
      };
      const api = { call, download: call as never };
      assert.equal(await planJob(api, {}, { json: false }, { print, note }, stop.signal), 130);
      const path = '/v1/batch-jobs/plan';
      assert.deepEqual(asked, [`POST ${path} respond-async`, `GET ${path}/bp_1`, `DELETE ${path}/bp_1`]);
      assert.match(notes.at(-1) ?? '', says);
      assert.deepEqual(lines, [], 'notes are none of the plan');
    }
  });

  it('lists people with several user ids, and which photos show it', async () => {
    const page = { data: [{ ...cluster, pair_count: 3 }], next_cursor: null, complete: false };
    const { api, requests } = answering(page);
    await listDuplicates(api, 'bj_1', { open: true, limit: 20, json: false }, print, note);
    assert.match(notes[0] ?? '', /more pairs than can be put together/);
    assert.deepEqual(requests[0], ['GET', '/v1/batch-jobs/bj_1/duplicates?open=true&limit=100']);
    assert.deepEqual(lines, [
      'one person, 2 users: u1, (gone, sb)',
      '  sa:1~sb:2',
      '    similarity 99.4, open',
      '    first   u1  s3://archive/1\\u0007.jpg',
      '    second  (gone, sb)  (no photo any more)',
      '  and 2 more pairs: see --pairs',
    ]);
  });

  it('lists each pair on its own, page by page', async () => {
    const [pair] = cluster.pairs;
    const { api, requests } = answering(
      { data: [pair], next_cursor: 'sa:1~sb:2' },
      { data: [pair], next_cursor: null },
    );
    await listPairs(api, 'bj_1', { open: false, limit: 20, json: true }, print);
    assert.deepEqual(
      requests.map(([, path]) => path),
      [
        '/v1/batch-jobs/bj_1/duplicates/pairs?limit=100',
        '/v1/batch-jobs/bj_1/duplicates/pairs?limit=100&cursor=sa%3A1%7Esb%3A2',
      ],
    );
    assert.deepEqual(
      lines.map((line) => JSON.parse(line).id),
      ['sa:1~sb:2', 'sa:1~sb:2'],
    );
  });

  it('decides about a pair', async () => {
    const { api, requests } = answering({ status: 'resolved' }, { status: 'processing' });
    const merge = {
      pair: 'sa:1~sb:2',
      decision: { resolution: 'merge', into: 'first' },
      json: false,
    } as const;
    await resolvePair(api, 'bj_1', merge, print);
    await resolvePair(api, 'bj_1', merge, print);
    const body = { pair: 'sa:1~sb:2', resolution: 'merge', into: 'first' };
    assert.deepEqual(requests[0], ['POST', '/v1/batch-jobs/bj_1/duplicates/resolve', { body }]);
    assert.equal(lines[0], 'sa:1~sb:2 is resolved: merge');
    assert.match(lines[1] ?? '', /is under way/);
  });

  it('writes a report to a file, whole or not at all', async () => {
    const folder = temporaryDirectory();
    const output = join(folder.path, 'items.csv');
    async function* content(broken: boolean) {
      yield Buffer.from('a,b\n');
      if (broken) throw new Error('cut off');
    }
    try {
      const { api, requests } = answering(content(true), content(false));
      const save = () => saveReport(api, 'bj_1', { format: 'csv', output }, process.stdout, note);
      await assert.rejects(save(), /cut off/);
      assert.throws(() => readFileSync(output), /ENOENT/);
      await save();
      assert.equal(readFileSync(output, 'utf8'), 'a,b\n');
      assert.equal(requests[0]?.[0], '/v1/batch-jobs/bj_1/report.csv');
    } finally {
      folder.remove();
    }
  });
});

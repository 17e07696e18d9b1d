import assert from 'node:assert/strict';
import { batchCaller, fillBucket } from '../support/batch-caller.js';
import { base64 } from '../support/caller.js';
import { eventually } from '../support/eventually.js';
import { people, photo } from '../support/photos.js';
import { type Account, type Service, service } from '../support/service.js';

const JOBS = '/v1/batch-jobs';
const Bucket = 'partner-photos';

/** By key: two user ids of one person, somebody else, and what is no photo. */
const archive: Record<string, Uint8Array> = {
  'move/f-1.jpg': photo(people.franck[0]),
  'move/f-2.jpg': photo(people.franck[1]),
  'move/Jürgen B.jpg': photo(people.bieber[0]),
  'move/text.jpg': Buffer.from('this is no photo'),
  'move/empty.jpg': new Uint8Array(),
  'move/readme.txt': Buffer.from('not matched'),
};
const source = { type: 'prefix', bucket: Bucket, prefix: 'move/', user_id: 'move/{user_id}.jpg' };

/** Operations that change something. */
const WRITES = /^(Put|Update|Delete|BatchWrite|Transact|Index|Copy|Create)/;

describe('a batch job over HTTP', function () {
  this.timeout(60_000);
  let idv: Service;
  let account: Account;
  let stranger: Account;
  let id: string;
  before(async function () {
    idv = await service(this);
    [account, stranger] = [await idv.account(), await idv.account()];
    await fillBucket(idv.twin, Bucket, archive);
  });

  const { ended } = batchCaller(() => account);

  it('is planned without anything being written', async () => {
    const before = idv.twin.faults.requests().length;
    const { status, body: plan } = await account.test(
      'POST',
      `${JOBS}/plan`,
      { source, hours: 1 },
      { prefer: 'wait=30' },
    );
    assert.equal(status, 200, JSON.stringify(plan));
    assert.deepEqual([plan.items, plan.usable], [6, 4]);
    assert.deepEqual(plan.unusable, { empty_file: 1, key_not_matched: 1 });
    assert.deepEqual([plan.sample.jpeg, plan.sample.other], [3, 1]);
    assert.deepEqual(plan.index.calls, { IndexFaces: 4 });
    assert.ok(plan.index.cost.rekognition > 0 && plan.index.seconds > 0);
    assert.deepEqual(
      plan.shards.map(({ faces }: { faces: number }) => faces),
      [0, 0],
    );
    const codes = plan.warnings.map(({ code }: { code: string }) => code);
    assert.ok(codes.includes('not_images') && codes.includes('unusable_items'), codes.join());
    const written = idv.twin.faults.requests().slice(before);
    assert.deepEqual(
      written.filter(({ operation }) => WRITES.test(operation)).map(({ operation }) => operation),
      [],
    );
    const again = await account.test('GET', `${JOBS}/plan/${plan.id}`);
    assert.deepEqual([again.status, again.body.items], [200, 6]);
    assert.equal((await stranger.test('GET', `${JOBS}/plan/${plan.id}`)).status, 404);
  });

  it('is told what is wrong with a source that is not there', async () => {
    const absent = { type: 'manifest', bucket: Bucket, key: 'absent.csv' };
    const wait = { prefer: 'wait=30' };
    const { status, body } = await account.test('POST', `${JOBS}/plan`, { source: absent }, wait);
    assert.deepEqual([status, body.code], [422, 'source_not_readable'], JSON.stringify(body));
  });

  it('is one job however often it is asked for, and no other one under its key', async () => {
    const key = { 'idempotency-key': 'move-1' };
    const made = await account.test('POST', JOBS, { source }, key);
    assert.equal(made.status, 201, JSON.stringify(made.body));
    id = made.body.id;
    assert.equal(made.headers.get('location'), `${JOBS}/${id}`);
    assert.equal(made.body.rates.IndexFaces, 45, 'a tenth of the quota is left to others');
    const repeat = await account.test('POST', JOBS, { source }, key);
    assert.deepEqual([repeat.body.id, repeat.headers.get('idempotent-replayed')], [id, 'true']);
    const other = await account.test('POST', JOBS, { source, limit: 1 }, key);
    assert.deepEqual([other.status, other.body.code], [422, 'idempotency_key_reused']);
    assert.notEqual((await stranger.test('POST', JOBS, { source, limit: 1 }, key)).body.id, id);
  });

  it('does not exist for anybody else', async () => {
    const asked: [method: string, path: string, body?: object][] = [
      ['GET', ''],
      ['GET', '/items'],
      ['GET', '/duplicates'],
      ['GET', '/duplicates/pairs'],
      ['GET', '/report'],
      ['GET', '/report.csv'],
      ['POST', '/pause', {}],
      ['POST', '/resume', {}],
      ['POST', '/rate', { headroom: 0.5 }],
      ['POST', '/retry', {}],
      ['POST', '/cancel', { rollback: true }],
      ['POST', '/duplicates/resolve', { pair: 'a:b~c:d', resolution: 'keep' }],
    ];
    for (const [method, path, body] of asked) {
      for (const caller of [stranger.test, account.live])
        assert.equal((await caller(method, `${JOBS}/${id}${path}`, body)).status, 404, path);
    }
    for (const strange of ['bj_', `bj_${'a'.repeat(26)}`, `vs_${'a'.repeat(26)}`, '%00'])
      assert.equal((await account.test('GET', `${JOBS}/${strange}`)).status, 404, strange);
    const { body: theirs } = await stranger.test('GET', JOBS);
    assert.ok(!JSON.stringify(theirs).includes(id));
  });

  it('accounts for each photo, lets people log in, and reports', async () => {
    const job = await ended(id);
    assert.equal(job.status, 'completed', JSON.stringify(job));
    assert.deepEqual(job.items, { met: 6, all_met: true });
    assert.deepEqual(job.counts, { indexed: 3, rejected: 3, skipped: 0, dead_letter: 0 });
    assert.deepEqual(job.reasons, { rejected: { unreadable: 1, empty_file: 1, key_not_matched: 1 } });
    assert.ok(job.cost > 0 && job.progress.share === 1);

    const all = await account.test('GET', `${JOBS}/${id}/items?limit=100`);
    assert.deepEqual(
      all.body.data.map(({ uri }: { uri: string }) => uri).sort(),
      Object.keys(archive)
        .map((key) => `s3://${Bucket}/${key}`)
        .sort(),
    );
    const empty = `${JOBS}/${id}/items?status=rejected&reason=empty_file`;
    await eventually(
      'the list has it',
      async () => (await account.test('GET', empty)).body.data.length === 1,
    );
    const [row] = (await account.test('GET', empty)).body.data;
    assert.deepEqual([row.uri, row.message], [`s3://${Bucket}/move/empty.jpg`, 'The object has no content.']);

    const login = await account.test('POST', '/v1/verification-sessions', {
      flow: 'authentication',
      selfie: base64(photo(people.bieber[0])),
    });
    assert.deepEqual([login.body.status, login.body.user_id], ['verified', 'Jürgen B']);

    const report = async (kind: string) => {
      const url = `${idv.url}${JOBS}/${id}/report${kind}`;
      const response = await fetch(url, { headers: { authorization: `Bearer ${account.key}` } });
      assert.equal(response.status, 200, kind);
      return response.text();
    };
    assert.deepEqual(JSON.parse(await report('')), JSON.parse(await report('.json')));
    assert.equal((await report('.csv')).trimEnd().split('\r\n').length, 7);
    assert.match(await report('.html'), /<svg/);
    const listed = await account.test('GET', JOBS);
    assert.deepEqual([listed.body.data[0].id, listed.body.has_more], [id, false]);
  });

  it('finds one person under two user ids, and does as is decided', async () => {
    const { body } = await account.test('GET', `${JOBS}/${id}/duplicates`);
    assert.deepEqual([body.data.length, body.complete], [1, true], JSON.stringify(body));
    const [cluster] = body.data;
    assert.deepEqual(cluster.users.map(({ user_id }: { user_id: string }) => user_id).sort(), ['f-1', 'f-2']);
    const [pair] = cluster.pairs;
    const pairs = await account.test('GET', `${JOBS}/${id}/duplicates/pairs`);
    assert.deepEqual(pairs.body.data, [{ object: 'duplicate_pair', ...pair }]);
    const after = await account.test('GET', `${JOBS}/${id}/duplicates/pairs?cursor=${pair.id}`);
    assert.deepEqual(after.body.data, [], 'a cursor is the place behind a pair');
    assert.match(pair.first.uri, /^s3:\/\/partner-photos\/move\/f-[12]\.jpg$/);

    const resolve = (decision: object) =>
      account.test('POST', `${JOBS}/${id}/duplicates/resolve`, { pair: pair.id, ...decision });
    const kept = await resolve({ resolution: 'keep' });
    assert.deepEqual([kept.status, kept.body.resolution], [200, 'keep'], JSON.stringify(kept.body));
    assert.equal((await account.test('GET', `${JOBS}/${id}/duplicates?open=true`)).body.data.length, 0);
    const removed = await resolve({ resolution: 'remove', face: 'second' });
    assert.deepEqual(
      [removed.status, removed.body.resolution],
      [200, 'remove'],
      JSON.stringify(removed.body),
    );
    assert.equal((await account.test('GET', `/v1/users/${pair.second.user_id}`)).status, 404);
    assert.equal((await account.test('GET', `/v1/users/${pair.first.user_id}`)).status, 200);
    const other = await resolve({ resolution: 'remove', face: 'first' });
    assert.deepEqual([other.status, other.body.code], [409, 'pair_not_resolved'], 'the other side');
    const late = await resolve({ resolution: 'merge', into: 'second' });
    assert.deepEqual([late.status, late.body.code], [409, 'pair_not_resolved']);
    const unknown = `${JOBS}/${id}/duplicates/resolve`;
    assert.equal((await account.test('POST', unknown, { pair: 'a:b~c:d', resolution: 'keep' })).status, 404);
  });

  it('is paused, changed, resumed and cancelled, and says what it takes instead', async () => {
    const over = await account.test('POST', `${JOBS}/${id}/pause`);
    assert.deepEqual(
      [over.status, over.body.code, over.body.current_status, over.body.allowed_commands],
      [409, 'wrong_status', 'completed', []],
    );

    const slow = { source, on_existing: 'add', rates: { IndexFaces: 0.2 }, duplicates: false };
    const { body: made } = await account.test('POST', JOBS, slow);
    const tell = (command: string, body?: object) =>
      account.test('POST', `${JOBS}/${made.id}/${command}`, body);
    const paused = await tell('pause', { operator: 'jo' });
    assert.deepEqual(
      [paused.status, paused.body.status, paused.body.paused_for],
      [200, 'paused', 'requested'],
    );
    assert.ok(paused.body.actions[0].by.endsWith('/jo'), JSON.stringify(paused.body.actions));
    const twice = await tell('pause');
    assert.deepEqual([twice.status, twice.body.current_status], [409, 'paused']);
    assert.ok(twice.body.allowed_commands.includes('resume'));
    assert.equal((await account.test('GET', `${JOBS}/${made.id}/report`)).body.code, 'report_not_ready');

    const changed = await tell('rate', { rates: { DetectFaces: null }, rate_windows: [] });
    assert.deepEqual([changed.status, changed.body.rates.IndexFaces], [200, 0.2]);
    assert.ok(!('DetectFaces' in changed.body.rates));
    assert.equal((await tell('resume')).body.status, 'running');
    const canceled = await tell('cancel', { rollback: true });
    assert.ok([200, 202].includes(canceled.status), JSON.stringify(canceled.body));
    const job = await ended(made.id);
    assert.deepEqual([job.status, job.counts.indexed], ['canceled', 0]);
  });
});

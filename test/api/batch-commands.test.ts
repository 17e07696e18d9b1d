import assert from 'node:assert/strict';
import { batchWorkflowId } from '../../workflows/ids.js';
import { batchCaller, fillBucket } from '../support/batch-caller.js';
import { base64 } from '../support/caller.js';
import { people, photo } from '../support/photos.js';
import { type Account, calm, type Service, service } from '../support/service.js';

const bucket = 'partner-photos';

/** Two user ids of one person, and somebody else. */
const archive = {
  'told/f-1.jpg': photo(people.franck[0]),
  'told/f-2.jpg': photo(people.franck[1]),
  'told/b-1.jpg': photo(people.bieber[0]),
};
const source = { type: 'prefix', bucket, prefix: 'told/', user_id: 'told/{user_id}.jpg' };

describe('a batch job that is told what to do over HTTP', function () {
  this.timeout(60_000);
  let idv: Service;
  let account: Account;
  const { call, read, once, ended, start, tell } = batchCaller(() => account);
  before(async function () {
    idv = await service(this);
    await fillBucket(idv.twin, bucket, archive);
  });
  beforeEach(async () => {
    account = await idv.account();
  });
  afterEach(() => calm(idv));

  it('retries dead letters of the reasons that are named, and merges users who are one person', async () => {
    const error = { name: 'ValidationException', status: 400, message: 'An odd key.' };
    const refused = { service: 'rekognition', operation: 'IndexFaces', when: 'before', error } as const;
    idv.twin.faults.addRule({ ...refused, match: 'told/f-2.jpg' });
    const id = await start({ source, duplicates: true });
    const first = await ended(id);
    assert.deepEqual([first.counts.indexed, first.reasons.dead_letter], [2, { refused: 1 }]);
    calm(idv);

    await tell(id, 'retry', { reasons: ['throttled'] });
    const others = await ended(id);
    assert.deepEqual([others.status, others.counts.dead_letter], ['completed', 1], 'of another reason');
    assert.deepEqual(others.allowed_commands, ['retry']);
    const key = { 'idempotency-key': 'retry-1' };
    const asked = await tell(id, 'retry', { reasons: ['refused'] }, key);
    assert.deepEqual([asked.status, asked.body.status, asked.body.phase], [200, 'running', 'retry']);
    const done = await ended(id);
    assert.deepEqual([done.counts.indexed, done.counts.dead_letter], [3, 0]);
    // Its workflow is over, and the answer to the repeat is not that it takes no retry any more.
    const repeat = await tell(id, 'retry', { reasons: ['refused'] }, key);
    assert.deepEqual([repeat.status, repeat.headers.get('idempotent-replayed')], [200, 'true']);
    assert.equal(repeat.body.actions.length, 2);
    assert.deepEqual(Object.keys(repeat.body.actions[1]), ['command', 'by', 'at']);

    const { body } = await call('GET', `/${id}/duplicates`);
    const [pair] = body.data[0].pairs;
    const decision = { pair: pair.id, resolution: 'merge', into: 'first' };
    const merged = await call('POST', `/${id}/duplicates/resolve`, decision, { prefer: 'wait=30' });
    assert.deepEqual([merged.status, merged.body.resolution], [200, 'merge'], JSON.stringify(merged.body));
    const [stays, goes] = [pair.first.user_id, pair.second.user_id];
    assert.equal((await account.test('GET', `/v1/users/${goes}`)).status, 404);
    const selfie = base64(archive[`told/${goes}.jpg` as keyof typeof archive]);
    const login = await account.test('POST', '/v1/verification-sessions', { flow: 'authentication', selfie });
    assert.deepEqual([login.body.status, login.body.user_id], ['verified', stays], 'by either photo');
  });

  it('goes on from its cost ceiling with a higher one, and not with one that it has passed', async () => {
    const id = await start({ source, duplicates: true, cost_ceiling: 0.0001 });
    const job = await once(id, 'is at its ceiling', ({ paused_for }) => paused_for === 'cost_ceiling');
    assert.ok(job.cost > 0.0001);
    for (const body of [{}, { cost_ceiling: job.cost }]) {
      const { status, body: problem } = await tell(id, 'resume', body);
      assert.deepEqual([status, problem.code], [422, 'cost_ceiling_too_low']);
    }
    const resumed = await tell(id, 'resume', { cost_ceiling: 5 });
    assert.deepEqual([resumed.status, resumed.body.cost_ceiling], [200, 5], JSON.stringify(resumed.body));
    const done = await ended(id);
    assert.deepEqual([done.status, done.duplicate_pass.pairs], ['completed', 1]);
  });

  it('does once what comes with one key, and nothing else under it', async () => {
    const id = await start({ source, duplicates: false, rates: { IndexFaces: 0.5 } });
    const key = (value: string) => ({ 'idempotency-key': value });
    const pause = () => tell(id, 'pause', { operator: 'jo' }, key('one'));
    const first = await pause();
    assert.deepEqual([first.status, first.headers.get('idempotent-replayed')], [200, null]);
    const again = await pause();
    assert.deepEqual([again.status, again.headers.get('idempotent-replayed')], [200, 'true']);
    assert.equal((await tell(id, 'pause', {}, key('two'))).body.code, 'wrong_status');
    for (const other of [
      await tell(id, 'resume', {}, key('one')),
      await tell(id, 'rate', { headroom: 0 }, key('one')),
    ])
      assert.deepEqual([other.status, other.body.code], [422, 'idempotency_key_reused']);

    const faster = { rates: { IndexFaces: 900 } };
    const rated = await tell(id, 'rate', faster);
    assert.deepEqual([rated.body.rates.IndexFaces, rated.body.quotas.IndexFaces], [900, 50]);
    await tell(id, 'resume');
    const under = await once(
      id,
      'tells what it may call',
      ({ progress }) => progress.allowed_calls_per_second > 0,
    );
    assert.equal(under.progress.allowed_calls_per_second, 49, '98 % of the quota, whatever was asked for');
    const slow = await tell(id, 'rate', { rate_windows: [{ from: '01:00', to: '02:00', share: 1e-9 }] });
    assert.deepEqual([slow.status, slow.body.errors[0].pointer], [422, '/rate_windows/0/share']);

    const canceled = await tell(id, 'cancel', {});
    assert.equal(canceled.status, 200);
    const late = await tell(id, 'cancel', { rollback: true });
    assert.equal(late.status, 409);
    assert.match(late.body.detail, /being cancelled|has ended as canceled/);
    await ended(id);
  });

  it('has failed once its workflow was ended in Temporal, also by its row, which erasures go by', async () => {
    const id = await start({ source, duplicates: false, rates: { IndexFaces: 0.5 } });
    assert.equal((await tell(id, 'pause')).status, 200);
    await idv.client.workflow.getHandle(batchWorkflowId(account.tenant, id)).terminate('by an operator');
    const refused = await tell(id, 'resume');
    assert.deepEqual([refused.status, refused.body.current_status], [409, 'failed']);
    const { body } = await call('GET', '');
    assert.deepEqual([body.data[0].id, body.data[0].status], [id, 'failed'], 'by its row');
    assert.match((await read(id)).message, /another Idempotency-Key/);
  });

  it('reads photos of a bucket in another region itself', async () => {
    const before = idv.twin.faults.requests().length;
    const id = await start({ source: { ...source, region: 'eu-west-1' }, duplicates: false });
    const job = await ended(id);
    assert.deepEqual([job.source.region, job.counts.indexed], ['eu-west-1', 3], JSON.stringify(job));
    const asked = idv.twin.faults.requests().slice(before);
    const calls = (operation: string) => asked.filter((request) => request.operation === operation);
    assert.ok(calls('GetObject').length >= 3);
    assert.ok(calls('IndexFaces').every(({ body }) => !String(body).includes('S3Object')));
    const { body } = await call('GET', `/${id}/items?status=indexed`);
    assert.ok(body.data.every(({ uri }: { uri: string }) => uri.startsWith(`s3://${bucket}/told/`)));
    assert.equal((await read(id)).progress.under_way, null, 'of a job that has ended nothing is');
  });
});

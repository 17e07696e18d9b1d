import assert from 'node:assert/strict';
import { apiClient } from '../../cli/api-client.js';
import { planJob } from '../../cli/batch/plan.js';
import { batchPlanWorkflowId } from '../../workflows/ids.js';
import { batchCaller, fillBucket } from '../support/batch-caller.js';
import { eventually } from '../support/eventually.js';
import { type Account, calm, type Service, service } from '../support/service.js';

const bucket = 'partner-photos';
const source = { type: 'prefix', bucket, prefix: 'counted/', user_id: 'counted/{user_id}.jpg' };
const async = { prefer: 'respond-async' };

describe('a plan that takes its time', function () {
  this.timeout(30_000);
  let idv: Service;
  let account: Account;
  const { call } = batchCaller(() => account);
  before(async function () {
    idv = await service(this);
    account = await idv.account();
    await fillBucket(idv.twin, bucket, { 'counted/a.jpg': new Uint8Array([1]) });
  });
  afterEach(() => calm(idv));

  /** S3 does not list anything until it is calm. */
  function holdUp(): void {
    const error = { name: 'SlowDown', status: 503, message: 'Reduce your request rate.' };
    idv.twin.faults.addRule({ service: 's3', operation: 'ListObjectsV2', when: 'before', error });
  }

  it('is told of by an address, which has it once it is ready', async () => {
    holdUp();
    const { status, body, headers } = await call('POST', '/plan', { source }, async);
    assert.deepEqual([status, body.status], [202, 'processing']);
    assert.ok(Number(headers.get('retry-after')) > 0);
    const path = `/plan/${body.id}`;
    assert.equal(headers.get('location'), `/v1/batch-jobs${path}`);
    assert.equal((await call('GET', path, undefined, async)).status, 202);
    calm(idv);
    const ready = await call('GET', path, undefined, { prefer: 'wait=20' });
    assert.deepEqual([ready.status, ready.body.status, ready.body.items], [200, 'ready', 1]);
    // There is nothing to stop any more, and what was found stays.
    await call('DELETE', path);
    assert.equal((await call('GET', path)).body.items, 1);
  });

  it('is stopped, and then there is none; the same request begins it anew', async () => {
    holdUp();
    const key = { ...async, 'idempotency-key': 'plan-1' };
    const { body } = await call('POST', '/plan', { source }, key);
    const path = `/plan/${body.id}`;
    const stranger = await idv.account();
    assert.equal((await stranger.test('DELETE', `/v1/batch-jobs${path}`)).status, 404);
    assert.equal((await call('DELETE', path)).status, 204);
    assert.equal((await call('GET', path, undefined, { prefer: 'wait=20' })).status, 404);
    calm(idv);
    const again = await call('POST', '/plan', { source }, { 'idempotency-key': 'plan-1', prefer: 'wait=20' });
    assert.deepEqual([again.status, again.body.id], [200, body.id]);
  });

  it('is stopped by Ctrl-C', async () => {
    holdUp();
    const api = apiClient({ IDV_API_URL: idv.url, IDV_API_KEY: account.key });
    const stop = new AbortController();
    const told: string[] = [];
    const note = (line: string) => void told.push(line);
    const planning = planJob(
      api,
      { source },
      { json: false, everyMs: 20_000 },
      { print: note, note },
      stop.signal,
    );
    await eventually('it counts', () => told.length === 1);
    stop.abort();
    assert.equal(await planning, 130);
    assert.deepEqual(told.slice(1), ['The count was stopped.']);
  });

  it('ends by itself, and says what to do', async () => {
    const planId = `bp_${'a'.repeat(26)}`;
    await idv.client.workflow.start('batchPlan', {
      workflowId: batchPlanWorkflowId(account.tenant, planId),
      taskQueue: 'where-nobody-works',
      workflowExecutionTimeout: '500ms',
    });
    const { status, body } = await call('GET', `/plan/${planId}`, undefined, { prefer: 'wait=20' });
    assert.deepEqual([status, body.code], [422, 'source_not_readable'], JSON.stringify(body));
    assert.match(body.detail, /six hours/);
  });
});

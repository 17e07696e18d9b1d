import assert from 'node:assert/strict';
import fc from 'fast-check';
import { defaultQuota } from '../../local/faults/default-quotas.js';
import { readableBody } from '../../local/faults/request-log.js';
import { tokenBucket } from '../../local/faults/token-bucket.js';
import {
  type Call,
  createFaults,
  DropConnection,
  ServiceFault,
  type ServiceName,
} from '../../local/faults.js';

function call(operation = 'IndexFaces', body = '{}', service: ServiceName = 'rekognition'): Call {
  const request = { method: 'POST', url: '/', headers: { host: 'twin' }, body: Buffer.from(body) };
  return { service, operation, requestId: 'r-1', request };
}

const effect = async () => 'done';
const oops = { name: 'InternalServerError', status: 500, message: 'oops' };

describe('faults', () => {
  it('let everything through at first', async () => {
    assert.equal(await createFaults().around(call(), effect), 'done');
  });

  it('strike before the effect: it does not happen', async () => {
    const faults = createFaults();
    faults.addRule({
      service: 'rekognition',
      operation: 'IndexFaces',
      when: 'before',
      error: oops,
      times: 1,
    });
    let happened = 0;
    const count = async () => ++happened;
    await assert.rejects(faults.around(call(), count), (error) => {
      assert.ok(error instanceof ServiceFault);
      assert.deepEqual([error.name, error.status, error.message], ['InternalServerError', 500, 'oops']);
      return true;
    });
    assert.equal(happened, 0);
    assert.equal(await faults.around(call(), count), 1, 'the rule is spent');
  });

  it('strike after the effect: it has happened', async () => {
    const faults = createFaults();
    faults.addRule({ service: 'rekognition', operation: '*', when: 'after', error: 'drop', times: 1 });
    let happened = 0;
    await assert.rejects(
      faults.around(call(), async () => ++happened),
      DropConnection,
    );
    assert.equal(happened, 1);
    assert.deepEqual(faults.rules(), []);
  });

  it('lose the answer also where it is a refusal', async () => {
    const faults = createFaults();
    faults.addRule({ service: 'rekognition', operation: '*', when: 'after', error: 'drop', times: 1 });
    const refuse = async () => {
      throw new ServiceFault('ResourceNotFoundException', 400, 'no such collection');
    };
    await assert.rejects(faults.around(call(), refuse), DropConnection);
    await assert.rejects(faults.around(call(), refuse), ServiceFault);
  });

  it('let as many requests pass as a rule skips, of those it matches', async () => {
    const faults = createFaults();
    const rule = { service: 'rekognition', operation: 'IndexFaces', when: 'before', error: 'drop' } as const;
    faults.addRule({ ...rule, times: 1, skip: 2 });
    const made = ['IndexFaces', 'ListFaces', 'IndexFaces', 'IndexFaces', 'IndexFaces'].map((operation) =>
      faults.around(call(operation), effect).catch(() => 'dropped'),
    );
    assert.deepEqual(await Promise.all(made), ['done', 'done', 'done', 'dropped', 'done']);
  });

  it('strike only the service, operation and text they name', async () => {
    const faults = createFaults();
    faults.addRule({ service: 's3', operation: 'PutObject', when: 'before', error: oops, match: 'marker' });
    await faults.around(call('PutObject', 'marker'), effect);
    await faults.around(call('GetObject', 'marker', 's3'), effect);
    await faults.around(call('PutObject', 'other', 's3'), effect);
    await assert.rejects(faults.around(call('PutObject', 'a marker b', 's3'), effect), ServiceFault);
  });

  it('hang until they are cleared, then drop', async () => {
    const faults = createFaults();
    faults.addRule({ service: 'rekognition', operation: '*', when: 'before', error: 'hang' });
    const hanging = assert.rejects(faults.around(call(), effect), DropConnection);
    await new Promise(setImmediate);
    faults.clearRules();
    await hanging;
  });

  it('refuse rules and settings that do not fit, naming the field', () => {
    const faults = createFaults();
    assert.throws(() => faults.addRule({ service: 'sqs' } as never), /"service"/);
    assert.throws(
      () => faults.addRule({ service: 's3', operation: '*', when: 'before', error: 'x' } as never),
      /"error"/,
    );
    assert.throws(() => faults.update({ rekognition: { quota: -1 } } as never), /rekognition\.quota/);
    assert.throws(() => faults.update({ rekognition: { speed: 1 } } as never), /rekognition\.speed/);
    assert.throws(() => faults.update({ s3: { visibilityDelayMs: 1 } } as never), /s3\.visibilityDelayMs/);
    assert.throws(
      () => faults.update({ s3: { operations: { GetObject: { quota: 'x' } } } } as never),
      /GetObject\.quota/,
    );
  });

  it('merge settings by operation, and forget an operation given as null', () => {
    const faults = createFaults();
    faults.update({ rekognition: { quota: 20, operations: { IndexFaces: { latencyMs: 5 } } } });
    faults.update({
      rekognition: { operations: { IndexFaces: { quota: 3 }, DetectFaces: { quota: null } } },
    });
    assert.deepEqual(faults.settings().rekognition.operations, {
      IndexFaces: { latencyMs: 5, quota: 3 },
      DetectFaces: { quota: null },
    });
    faults.update({ rekognition: { operations: { IndexFaces: null } } } as never);
    assert.deepEqual(Object.keys(faults.settings().rekognition.operations), ['DetectFaces']);
    assert.equal(faults.replace({}).rekognition.quota, undefined);
  });

  it('throttle an operation at its own quota, with the error of its service', async () => {
    let clock = 0;
    const faults = createFaults(() => clock);
    faults.update({ rekognition: { operations: { IndexFaces: { quota: 10 } } }, s3: { quota: 1 } });
    const outcomes = async (times: number) => {
      let passed = 0;
      for (let i = 0; i < times; i++) {
        await faults.around(call(), effect).then(
          () => passed++,
          (error) => assert.equal(error.name, 'ProvisionedThroughputExceededException'),
        );
      }
      return passed;
    };
    assert.equal(await outcomes(15), 10, 'the burst is one second of the quota');
    clock += 500;
    assert.equal(await outcomes(15), 5);
    await faults.around(call('DetectFaces'), effect);
    await faults.around(call('GetObject', '', 's3'), effect);
    await assert.rejects(faults.around(call('GetObject', '', 's3'), effect), {
      name: 'SlowDown',
      status: 503,
    });
  });

  it("know AWS's default quotas", () => {
    assert.equal(defaultQuota('rekognition', 'CompareFaces'), 100);
    assert.equal(defaultQuota('rekognition', 'IndexFaces'), 50);
    assert.equal(defaultQuota('rekognition', 'DeleteFaces'), 5);
    assert.equal(defaultQuota('s3', 'PutObject'), null);
  });

  it('log each request with its outcome, and cut images', async () => {
    const faults = createFaults();
    const body = JSON.stringify({ Image: { Bytes: 'A'.repeat(5000) }, ExternalImageId: 'who' });
    await faults.around(call('IndexFaces', body), async () => ({ status: 201 }));
    faults.addRule({ service: 'rekognition', operation: '*', when: 'before', error: oops });
    await faults.around(call('DeleteFaces'), effect).catch(() => undefined);
    const [first, second] = faults.requests();
    assert.equal(first?.status, 201);
    assert.ok(first.body.includes('"who"') && first.body.length < 400, first.body);
    assert.deepEqual([second?.status, second?.error, second?.headers], [500, oops.name, { host: 'twin' }]);
    faults.reset();
    assert.deepEqual([faults.requests(), faults.rules()], [[], []]);
  });

  it('keep no more requests than asked', async () => {
    const faults = createFaults();
    faults.update({ logLimit: 10 });
    for (let i = 0; i < 50; i++) await faults.around(call(`Op${i}`), effect);
    assert.ok(faults.requests().length <= 10);
    assert.equal(faults.requests().at(-1)?.operation, 'Op49');
  });

  it('never cut text that could hold a name: only base64 runs and binary bodies', () => {
    const prose = 'Ann Example, 12 Long Road; '.repeat(40);
    assert.ok(readableBody(Buffer.from(JSON.stringify({ prose }))).includes(prose));
    assert.match(readableBody(Buffer.from([0xff, 0xd8, 0xff, 0, 1, 2])), /\(6 bytes\)$/);
  });
});

describe('token bucket', () => {
  it('never lets more through than burst + rate x time, and always that much when asked often', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 2, max: 50 }), (tps, burst) => {
        let clock = 0;
        const bucket = tokenBucket(tps, burst, () => clock);
        let passed = 0;
        for (; clock <= 3000; clock += 1) if (bucket.take()) passed++;
        const most = burst + (tps * 3000) / 1000;
        return passed <= most + 1e-6 && passed >= Math.min(most, 3001) - 2;
      }),
    );
  });
});

import assert from 'node:assert/strict';
import { type ControlServer, startControlServer } from '../../local/control-server.js';
import { createFaults, type Faults, type LoggedRequest, type Settings } from '../../local/faults.js';

/** The union of what the paths answer, as far as these tests look at it. */
type Answer = Settings & LoggedRequest[] & { note: string; error: string };

describe('control server', () => {
  let faults: Faults;
  let control: ControlServer;
  beforeEach(async () => {
    faults = createFaults();
    control = await startControlServer({ faults });
  });
  afterEach(() => control.close());

  const ask = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(control.url + path, {
      method,
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Answer };
  };

  it('says that it is a stand-in', async () => {
    assert.match((await ask('GET', '/healthz')).body.note, /stand-in for AWS/);
  });

  it('patches and replaces settings', async () => {
    await ask('PATCH', '/settings', { rekognition: { quota: 20, visibilityDelayMs: 1500 } });
    assert.equal(faults.settings().rekognition.quota, 20);
    const { body } = await ask('PUT', '/settings', { s3: { latencyMs: 3 } });
    assert.deepEqual([body.rekognition.visibilityDelayMs, body.s3.latencyMs], [0, 3]);
  });

  it('takes and removes fault rules', async () => {
    const rule = { service: 'dynamodb', operation: 'PutItem', when: 'after', error: 'drop', times: 2 };
    assert.deepEqual((await ask('POST', '/faults', [rule])).body, [rule]);
    assert.deepEqual((await ask('DELETE', '/faults')).body, []);
    assert.deepEqual(faults.rules(), []);
  });

  it('lists and clears the requests received', async () => {
    for (const operation of ['DetectFaces', 'IndexFaces']) {
      const request = { method: 'POST', url: '/', headers: {}, body: Buffer.from('{"a":1}') };
      await faults.around(
        { service: 'rekognition', operation, requestId: operation, request },
        async () => 1,
      );
    }
    const { body } = await ask('GET', '/requests?service=rekognition&operation=IndexFaces&limit=5');
    assert.deepEqual([body.length, body[0]?.requestId, body[0]?.body], [1, 'IndexFaces', '{"a":1}']);
    await ask('DELETE', '/requests');
    assert.deepEqual(faults.requests(), []);
  });

  it('answers 400 with the reason to what it cannot use, and 404 to unknown paths', async () => {
    const bad = await ask('PATCH', '/settings', { rekognition: { quota: 'fast' } });
    assert.deepEqual([bad.status, /rekognition\.quota/.test(bad.body.error)], [400, true]);
    assert.equal((await ask('POST', '/faults', 'not json')).status, 400);
    assert.equal((await ask('GET', '/nowhere')).status, 404);
  });

  it('resets everything', async () => {
    faults.update({ s3: { quota: 1 } });
    await ask('POST', '/reset');
    assert.equal(faults.settings().s3.quota, undefined);
  });
});

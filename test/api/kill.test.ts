import assert from 'node:assert/strict';
import { type Caller, createCaller, type Reply } from '../support/caller.js';
import { eventually } from '../support/eventually.js';
import { type Part, type ProcessStack, startProcessStack } from '../support/process-stack.js';
import { requirement } from '../support/requirement.js';
import { temporalProgram } from '../support/temporal-env.js';
import { uniquePhoto } from '../support/unique-photo.js';

const SESSIONS = '/v1/verification-sessions';
/** Registrations under way when the process is killed. */
const PEOPLE = 12;

/** Nothing a crash does may lose a registration, or leave an orphan that counts. */
describe('kill -9 in the middle of registrations', function () {
  this.timeout(120_000);
  let stack: ProcessStack;
  let call: Caller;
  before(async function () {
    const temporal = await temporalProgram();
    requirement(this, 'a Temporal dev server', temporal ? undefined : 'run `npm test` once');
    stack = await startProcessStack({ temporal: temporal as string, constantTimeFaces: true });
    call = createCaller(stack.api, stack.key);
  });
  after(() => stack?.close());

  for (const part of ['workers', 'api', 'temporal', 'twin'] as Part[]) {
    it(`of ${part}: every registration ends verified, and the person can log in`, async () => {
      const people = await Promise.all(
        Array.from({ length: PEOPLE }, async (_, i) => ({
          user_id: `${part}-${i}`,
          selfie: await uniquePhoto(),
        })),
      );
      const register = (person: { user_id: string; selfie: string }) =>
        call(
          'POST',
          SESSIONS,
          { flow: 'registration', ...person },
          { 'idempotency-key': person.user_id, prefer: 'wait=30' },
        );
      await control('PATCH', '/settings', { rekognition: { latencyMs: 150, jitterMs: 150 } });
      await control('DELETE', '/requests');
      const first = people.map((person) => register(person).catch(() => undefined));
      await eventually('some faces are indexed, and some are not', async () => {
        const requests = (await control('GET', '/requests?operation=IndexFaces')) as unknown[];
        return requests.length >= PEOPLE / 3;
      });
      await stack.kill(part);
      await stack.restart(part);
      await Promise.all(first);

      const statuses = await Promise.all(people.map((person) => answer(() => register(person))));
      assert.deepEqual([...new Set(statuses)], ['verified']);
      await control('PATCH', '/settings', { rekognition: { latencyMs: 0, jitterMs: 0 } });
      for (const { user_id, selfie } of people) {
        const user = await call('GET', `/v1/users/${user_id}`);
        assert.equal(user.body.faces.length, 1);
        const login = await call('POST', SESSIONS, { flow: 'authentication', selfie });
        assert.equal(login.body.user_id, user_id);
      }
    });
  }

  it('of workers, and a cancel before they are back: the user is free again', async () => {
    await control('PATCH', '/settings', {
      rekognition: { operations: { SearchFacesByImage: { latencyMs: 3_000 } } },
    });
    const selfie = await uniquePhoto();
    const register = (prefer: string) =>
      call('POST', SESSIONS, { flow: 'registration', user_id: 'crashed', selfie }, { prefer });
    await control('DELETE', '/requests');
    const { body } = await register('respond-async');
    await eventually('the user is reserved, and the search is under way', async () => {
      const requests = (await control('GET', '/requests?operation=SearchFacesByImage')) as unknown[];
      return requests.length > 0;
    });
    await stack.kill('workers');
    const canceling = call('POST', `${SESSIONS}/${body.id}/cancel`, undefined, { prefer: 'wait=40' });
    await stack.restart('workers');
    assert.equal((await canceling).body.status, 'canceled');
    await control('PATCH', '/settings', { rekognition: { operations: { SearchFacesByImage: null } } });
    assert.equal((await register('wait=30')).body.status, 'verified');
  });

  it('of temporal: what cannot be delivered is answered 503 with Retry-After, never 202', async () => {
    const made = await call('POST', SESSIONS, { flow: 'registration', user_id: 'undelivered' });
    const path = `${SESSIONS}/${made.body.id}`;
    await stack.kill('temporal');
    const answers = await Promise.all([
      call('PUT', `${path}/inputs/selfie`, Buffer.from(await uniquePhoto(), 'base64'), { prefer: 'wait=1' }),
      call('POST', `${path}/cancel`, undefined, { prefer: 'wait=1' }),
      call(
        'POST',
        SESSIONS,
        { flow: 'authentication', user_id: 'undelivered', selfie: await uniquePhoto() },
        { prefer: 'wait=1' },
      ),
    ]);
    await stack.restart('temporal');
    for (const { status, headers } of answers) {
      assert.equal(status, 503);
      assert.ok(Number(headers.get('retry-after')) > 0);
    }
  });

  /** Asks until the session has ended, as a client would after an answer that did not come. */
  async function answer(ask: () => Promise<Reply>): Promise<string> {
    let status = '';
    await eventually(
      'the session has ended',
      async () => {
        const body = (await ask().catch(() => undefined))?.body;
        status = body?.last_error ? `${body.status}: ${body.last_error.code}` : body?.status;
        return /^(verified|rejected|canceled)/.test(status);
      },
      60_000,
    );
    return status;
  }

  async function control(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${stack.control}${path}`, {
      method,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    assert.equal(response.status, 200);
    return response.json();
  }
});

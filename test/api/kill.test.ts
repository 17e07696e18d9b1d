import assert from 'node:assert/strict';
import { base64, type Caller, createCaller } from '../support/caller.js';
import { eventually } from '../support/eventually.js';
import { people, photo } from '../support/photos.js';
import { type Part, type ProcessStack, startProcessStack } from '../support/process-stack.js';
import { requirement } from '../support/requirement.js';
import { temporalProgram } from '../support/temporal-env.js';

const SESSIONS = '/v1/verification-sessions';
const faces = [people.franck[0], people.cage[0], people.hepburn[0], people.connery[0]].map((name) =>
  base64(photo(name)),
);

/** Nothing a crash does may lose a registration, or leave an orphan that counts. */
describe('kill -9 in the middle of registrations', function () {
  this.timeout(120_000);
  let stack: ProcessStack;
  let call: Caller;
  before(async function () {
    const temporal = await temporalProgram();
    requirement(this, 'a Temporal dev server', temporal ? undefined : 'run `npm test` once');
    stack = await startProcessStack({ temporal: temporal as string });
    call = createCaller(stack.api, stack.key);
  });
  after(() => stack?.close());

  let runs = 0;
  for (const part of ['workers', 'api', 'temporal', 'twin'] as Part[]) {
    it(`of ${part}: every registration ends, verified once and for all`, async () => {
      const run = runs++;
      await patch({ rekognition: { latencyMs: 150 } });
      const users = faces.map((_, i) => `kill-${run}-${i}`);
      const register = (user_id: string, i: number) =>
        call(
          'POST',
          SESSIONS,
          { flow: 'registration', user_id, selfie: faces[i] },
          { 'idempotency-key': user_id, prefer: 'wait=30' },
        );
      // Each face may register once: from the second run on, they are all duplicates of an earlier one.
      const first = users.map((user, i) => register(user, i).catch(() => undefined));
      await eventually('a face is indexed', async () =>
        (await requests()).some((request) => request.operation === 'IndexFaces' || run > 0),
      );
      await stack.kill(part);
      await stack.restart(part);
      await Promise.all(first);
      if (part !== 'twin') await patch({ rekognition: { latencyMs: 0 } });

      const statuses = await Promise.all(
        users.map(async (user, i) => {
          let status = '';
          await eventually(
            `${user} has an answer`,
            async () => {
              const answer = await register(user, i).catch(() => undefined);
              status = answer?.body?.status;
              return ['verified', 'rejected'].includes(status);
            },
            60_000,
          );
          return status;
        }),
      );
      assert.deepEqual(statuses, run === 0 ? faces.map(() => 'verified') : faces.map(() => 'rejected'));
      for (const [i, selfie] of faces.entries()) {
        const login = await call('POST', SESSIONS, { flow: 'authentication', selfie });
        assert.equal(login.body.status, 'verified');
        assert.equal(login.body.user_id, `kill-0-${i}`);
      }
    });
  }

  async function patch(settings: object): Promise<void> {
    const response = await fetch(`${stack.control}/settings`, {
      method: 'PATCH',
      body: JSON.stringify(settings),
    });
    assert.equal(response.status, 200);
  }

  async function requests(): Promise<{ operation: string }[]> {
    const response = await fetch(`${stack.control}/requests`);
    return ((await response.json()) as { requests: { operation: string }[] }).requests;
  }
});

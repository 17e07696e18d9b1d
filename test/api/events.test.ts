import assert from 'node:assert/strict';
import type { DecisionFact } from '../../domain/decision-fact.js';
import type { NotedFact } from '../../domain/facts.js';
import { IDENTITY_QUEUE } from '../../workflows/task-queues.js';
import { base64 } from '../support/caller.js';
import { eventually } from '../support/eventually.js';
import { oddPhotos, people, photo } from '../support/photos.js';
import { type Account, calm, type Service, service } from '../support/service.js';

const SESSIONS = '/v1/verification-sessions';
const names = ({ body }: { body: { data: { type: string }[] } }) =>
  body.data.map(({ type }) => type.split('.')[1]);

describe('what is kept of sessions', function () {
  this.timeout(60_000);
  let idv: Service;
  let account: Account;
  /** A selfie that would not do, then one that did. */
  let registered: { id: string; created_at: string };
  let rejected: { id: string };
  let login: { id: string };

  before(async function () {
    idv = await service(this);
    calm(idv);
    account = await idv.account();
    const begin = async (body: object) => (await account.test('POST', SESSIONS, body)).body;
    registered = await begin({ flow: 'registration', user_id: 'u-1' });
    const path = `${SESSIONS}/${registered.id}/inputs/selfie`;
    await account.test('PUT', path, photo(oddPhotos.sunglasses));
    const good = await account.test('PUT', path, photo(people.franck[0]));
    assert.equal(good.body.status, 'verified');
    const [, second, third] = people.franck.map((name) => base64(photo(name)));
    rejected = await begin({ flow: 'registration', user_id: 'u-2', selfie: second });
    login = await begin({ flow: 'authentication', selfie: third });
    // The tail comes after the answer.
    await eventually('every session has its decision', async () => (await decisions()).length === 3);
  });

  const dayOf = (time: string | number) => new Date(time).toISOString().slice(0, 10);
  const today = () => dayOf(Date.now());
  /** They may have ended after midnight. */
  const decisions = async (): Promise<DecisionFact[]> => {
    const days = new Set([dayOf(registered.created_at), today()]);
    const each = [...days].map((day) => idv.ports.facts.decisions(account.tenant, day));
    return (await Promise.all(each)).flat();
  };
  const decisionOf = async ({ id }: { id: string }) =>
    (await decisions()).find(({ sessionId }) => sessionId === id) as DecisionFact;
  const factsOf = ({ id }: { id: string }): Promise<NotedFact[]> => idv.ports.facts.read(account.tenant, id);

  it('tells what happened to a session, the oldest first, page by page', async () => {
    const path = `${SESSIONS}/${registered.id}/events`;
    const all = await account.test('GET', path);
    assert.equal(all.status, 200);
    assert.deepEqual(names(all), [
      'created',
      'requires_input',
      'processing',
      'requires_input',
      'processing',
      'verified',
    ]);
    const last = all.body.data.at(-1);
    assert.match(last.id, /^evt_[a-z2-7]{26}_\d+_verified$/);
    assert.deepEqual(last.data, {
      verification_session: registered.id,
      ...{ flow: 'registration', status: 'verified', reasons: [] },
    });
    assert.ok(all.body.data[3].data.reasons.includes('selfie_sunglasses'));

    const first = await account.test('GET', `${path}?limit=4`);
    assert.deepEqual([first.body.data.length, first.body.has_more], [4, true]);
    const rest = await account.test(
      'GET',
      `${path}?limit=4&cursor=${encodeURIComponent(first.body.next_cursor)}`,
    );
    assert.deepEqual([...first.body.data, ...rest.body.data], all.body.data);
    assert.equal(rest.body.has_more, false);
  });

  it('tells it of a login and a refusal too, and of users what changed them', async () => {
    assert.deepEqual(names(await account.test('GET', `${SESSIONS}/${login.id}/events`)), [
      'created',
      'verified',
    ]);
    assert.deepEqual(names(await account.test('GET', `${SESSIONS}/${rejected.id}/events`)), [
      'created',
      'rejected',
    ]);
    const user = await account.test('GET', '/v1/users/u-1/events');
    const [{ type, data }] = user.body.data;
    assert.deepEqual(
      [type, data],
      ['user.registered', { user_id: 'u-1', verification_session: registered.id }],
    );
  });

  it('tells nobody else', async () => {
    const other = await idv.account();
    for (const path of [
      `${SESSIONS}/${registered.id}/events`,
      '/v1/users/u-1/events',
      '/v1/users/u-2/events',
    ])
      assert.equal((await other.test('GET', path)).status, 404);
    assert.equal((await account.test('GET', '/v1/users/u-2/events')).status, 404);
    assert.equal((await account.test('GET', `${SESSIONS}/${login.id}/events?cursor=x`)).status, 422);
  });

  it('has a fact of every call that was made for an attempt', async () => {
    const facts = await factsOf(registered);
    const calls = (attempt: number) =>
      facts.filter((fact) => fact.attempt === attempt).map(({ operation }) => operation);
    assert.deepEqual(calls(1), ['DetectFaces']);
    assert.deepEqual(new Set(calls(2)), new Set(['DetectFaces', 'IndexFaces', 'SearchFacesByImage']));
    const [dark, good] = facts.filter(({ operation }) => operation === 'DetectFaces');
    assert.ok(dark?.reasons?.includes('selfie_sunglasses'));
    assert.ok((dark?.details?.[0]?.likelihoods?.sunglasses ?? 0) > 50);
    const [face] = good?.details ?? [];
    assert.deepEqual([good?.check, good?.outcome, good?.faces], ['quality', 'passed', 1]);
    assert.equal(Object.keys(face?.landmarks ?? {}).length, 5);
    assert.ok([face?.box, face?.pose, face?.quality, face?.likelihoods].every(Boolean));
    assert.ok(facts.every(({ images, requestId }) => images.length === 1 && requestId !== 'unknown'));

    // Sessions run in one worker, and none of them counts the facts of another.
    for (const session of [registered, rejected, login]) {
      const numbers = (await factsOf(session))
        .filter(({ attempt }) => attempt > 0)
        .map(({ number }) => number);
      assert.deepEqual(
        numbers.sort((a, b) => a - b),
        numbers.map((_, at) => at + 1),
      );
    }

    const search = (await factsOf(login)).find(({ hits }) => hits);
    assert.deepEqual([search?.check, search?.threshold, search?.similarities?.length], ['user_match', 90, 1]);
  });

  it('has the decision of every session, with whom a duplicate is of', async () => {
    const verified = await decisionOf(registered);
    assert.deepEqual(
      [verified.status, verified.attempts, verified.step, verified.policy.name, verified.faceModelVersion],
      ['verified', 2, undefined, 'default', '7.0'],
    );
    assert.ok(verified.personMs > 0 && verified.processingMs > 0);
    assert.equal(verified.personMs + verified.processingMs + verified.operatorMs, verified.durationMs);
    const refused = await decisionOf(rejected);
    assert.deepEqual([refused.reasons, refused.step], [['duplicate_face'], 'duplicate']);
    assert.equal(refused.duplicateOf?.subject, verified.subject);
    assert.ok((refused.duplicateOf?.similarity ?? 0) >= 97);
    assert.equal((await decisionOf(login)).subject, verified.subject);
  });

  it('tells a user once that a document runs out', async () => {
    const { subject = '' } = await decisionOf(registered);
    const { tenant } = account;
    const expiresOn = today();
    await idv.ports.documents.store(tenant, subject, { hash: 'a-hash', fields: { expiresOn } });
    const run = (number: number) =>
      idv.client.workflow.execute('documentExpiry', {
        workflowId: `expiry-of-${tenant.account}-${number}`,
        taskQueue: IDENTITY_QUEUE,
        args: [{ tenants: [tenant], withinDays: 30 }],
      });
    assert.deepEqual([await run(1), await run(2)], [{ told: 1 }, { told: 0 }]);
    const { body } = await account.test('GET', '/v1/users/u-1/events');
    const [{ type, data }] = body.data.slice(-1);
    assert.deepEqual([type, data], ['user.document_expiring', { user_id: 'u-1', expires_on: expiresOn }]);
  });

  it('keeps facts out of the state that everybody reads', async () => {
    for (const { id } of [registered, rejected, login]) {
      const row = await idv.ports.sessions.read(account.tenant, id);
      assert.doesNotMatch(JSON.stringify(row?.state), /"(facts|closest|landmarks|box)"/);
    }
  });
});

import assert from 'node:assert/strict';
import { base64 } from '../support/caller.js';
import { eventually } from '../support/eventually.js';
import { people, photo } from '../support/photos.js';
import { type Account, calm, type Service, service } from '../support/service.js';

const SESSIONS = '/v1/verification-sessions';
const [first, second] = people.franck.map((name) => base64(photo(name)));

describe('a registration that a human decides about', function () {
  this.timeout(60_000);
  let idv: Service;
  let account: Account;
  let path: string;
  before(async function () {
    idv = await service(this);
  });
  beforeEach(async () => {
    account = await idv.account();
    await register('u-1', first as string, 'default');
    const { body } = await register('u-2', second as string, 'patient');
    path = `${SESSIONS}/${body.id}`;
    await becomes('needs_review');
  });
  afterEach(() => calm(idv));

  const register = (user_id: string, selfie: string, policy: string) =>
    account.test('POST', SESSIONS, { flow: 'registration', user_id, selfie, policy });
  const becomes = (status: string) =>
    eventually(
      `the session is ${status}`,
      async () => (await account.test('GET', path)).body.status === status,
    );
  const review = (body: object) => account.test('POST', `${path}/review`, body);
  const exists = async (user_id: string) =>
    (await account.test('GET', `/v1/users/${user_id}`)).status === 200;

  it('waits, with nobody registered, and is approved by name of the reviewer', async () => {
    assert.equal(await exists('u-2'), false, 'what it had begun is undone while it waits');
    const { body: waiting } = await account.test('GET', path);
    const asking = waiting.checks.find(({ check }: { check: string }) => check === 'duplicate');
    const [{ subject, ...suspect }, ...more] = asking.suspects;
    assert.deepEqual(suspect, { user_id: 'u-1', similarity: asking.similarity, recognised: false });
    assert.deepEqual([/^[a-z2-7]{26}$/.test(subject), more], [true, []]);
    const { status, body } = await review({ decision: 'approve', operator: 'reviewer-1' });
    assert.equal(status, 200);
    await becomes('verified');
    const { body: session } = await account.test('GET', path);
    const duplicate = session.checks.find(({ check }: { check: string }) => check === 'duplicate');
    assert.deepEqual([duplicate.outcome, duplicate.suspects], ['passed_by_reviewer', []]);
    const [action] = session.actions;
    assert.deepEqual([action.command, action.decision], ['review', 'approve']);
    assert.match(action.by, /\/reviewer-1$/);
    assert.ok(await exists('u-2'));
    assert.ok(body.actions.length > 0);
  });

  it('is rejected, and then takes no review any more: 409 with what it does take', async () => {
    assert.equal((await review({ decision: 'reject', operator: 'reviewer-1' })).body.status, 'rejected');
    const refused = await review({ decision: 'approve', operator: 'reviewer-2' });
    assert.deepEqual(
      [refused.status, refused.body.code, refused.body.current_status],
      [409, 'wrong_status', 'rejected'],
    );
    assert.equal(await exists('u-2'), false);
  });

  it('is decided once where two reviewers decide at the same time', async () => {
    const answers = await Promise.all([
      review({ decision: 'approve', operator: 'alice' }),
      review({ decision: 'reject', operator: 'bob' }),
    ]);
    const [taken, refused] = answers.sort((a, b) => a.status - b.status);
    assert.deepEqual(
      [taken?.status, refused?.status, refused?.body.code],
      [200, 409, 'wrong_status'],
      JSON.stringify(answers.map(({ body }) => body)),
    );
    const { actions } = taken?.body ?? {};
    const end = actions[0].decision === 'approve' ? 'verified' : 'rejected';
    await becomes(end);
    assert.equal((await account.test('GET', path)).body.actions.length, 1);
  });

  it('is found by its reason, by whoever goes through the list', async () => {
    const listed = async (reason: string) => {
      const { body } = await account.test('GET', `${SESSIONS}?status=needs_review&reason=${reason}`);
      return body.data.map(({ id }: { id: string }) => `${SESSIONS}/${id}`) as string[];
    };
    await eventually('it is listed', async () => `${await listed('duplicate_suspected')}` === path);
    assert.deepEqual(await listed('access_denied'), []);
  });

  it('refuses a review that is none: no reviewer, another decision, an address for an id', async () => {
    for (const body of [
      {},
      { decision: 'approve' },
      { decision: 'maybe', operator: 'r' },
      { decision: 'approve', operator: 'a@b.example' },
      { decision: 'approve', operator: 'r', inputs: ['selfie'] },
    ])
      assert.equal((await review(body)).status, 422, JSON.stringify(body));
    const other = await review({ decision: 'resubmit', operator: 'r', inputs: ['selfie', 'document_back'] });
    assert.deepEqual([other.status, other.body.code], [422, 'input_not_expected']);
    await becomes('needs_review');
  });
});

import assert from 'node:assert/strict';
import { ApiProblem, apiClient } from '../../cli/api-client.js';
import { command, listSessions, resumeAll, showSession } from '../../cli/sessions.js';
import { base64 } from '../support/caller.js';
import { eventually } from '../support/eventually.js';
import { people, photo } from '../support/photos.js';
import { type Account, calm, type Service, service } from '../support/service.js';

const SESSIONS = '/v1/verification-sessions';
const [first, second] = people.franck.map((name) => base64(photo(name)));
const DENIED = { name: 'AccessDeniedException', status: 400, message: 'no' };

describe('idv sessions', function () {
  this.timeout(60_000);
  let idv: Service;
  let account: Account;
  let lines: string[];
  const print = (line: string) => void lines.push(line);
  before(async function () {
    idv = await service(this);
  });
  beforeEach(async () => {
    account = await idv.account();
    lines = [];
  });
  afterEach(() => calm(idv));

  const api = () => apiClient({ IDV_API_URL: idv.url, IDV_API_KEY: account.key });
  const begin = async (user_id: string, selfie: string | undefined, policy = 'default') => {
    const body = { flow: 'registration', user_id, policy, ...(selfie ? { selfie } : {}) };
    return (await account.test('POST', SESSIONS, body)).body.id as string;
  };
  const becomes = (id: string, status: string) =>
    eventually(
      `${id} is ${status}`,
      async () => (await account.test('GET', `${SESSIONS}/${id}`)).body.status === status,
    );

  it('lists what waits for a human, shows why, and takes the decision', async () => {
    await begin('u-1', first);
    const id = await begin('u-2', second, 'patient');
    const listed = new RegExp(`^${id} .* registration +needs_review +duplicate_suspected$`);
    await eventually('it is listed', async () => {
      lines = [];
      await listSessions(api(), { status: 'needs_review' }, { limit: 10, json: false }, print);
      return listed.test(lines.join('\n'));
    });
    await showSession(api(), id, false, print);
    assert.ok(lines.includes('takes now: review, cancel'), lines.join('\n'));
    await command(api(), id, 'review', { decision: 'reject', operator: 'op-1' }, print);
    assert.equal(lines.at(-1), `${id} is rejected: review_rejected`);
  });

  it('resumes everything that one cause has blocked, once that is mended, and nothing else', async () => {
    idv.twin.faults.addRule({
      service: 'rekognition',
      operation: 'IndexFaces',
      when: 'before',
      error: DENIED,
    });
    const blocked = await Promise.all([begin('u-1', first), begin('u-2', base64(photo(people.cage[0])))]);
    for (const id of blocked) await becomes(id, 'blocked');
    const waiting = await begin('u-3', undefined);
    idv.twin.faults.clearRules();
    const reason = 'access_denied';
    assert.ok(await resumeAll(api(), { reason, rate: 100, operator: 'op-1' }, print));
    assert.equal(lines.at(-1), '2 resumed, 0 passed over, 0 failed');
    for (const id of blocked) await becomes(id, 'verified');
    await becomes(waiting, 'requires_input');
    const { body } = await account.test('GET', `${SESSIONS}/${blocked[0]}`);
    assert.match(body.actions[0].by, /\/op-1$/);
  });

  it('says what the API says: no such session, no key, no API', async () => {
    await assert.rejects(
      showSession(api(), 'vs_none', true, print),
      (error) => error instanceof ApiProblem && error.status === 404,
    );
    assert.throws(() => apiClient({}), /IDV_API_KEY is not set/);
    const nowhere = apiClient({ IDV_API_URL: 'http://127.0.0.1:1', IDV_API_KEY: 'k' });
    await assert.rejects(showSession(nowhere, 'vs_none', true, print), /cannot be reached/);
  });
});

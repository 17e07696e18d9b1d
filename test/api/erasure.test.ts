import assert from 'node:assert/strict';
import { createAwsClients } from '../../activities/aws/clients.js';
import { awsSettings } from '../../activities/aws/settings.js';
import { externalImageId } from '../../domain/face-record.js';
import { base64 } from '../support/caller.js';
import { eventually } from '../support/eventually.js';
import { leftovers } from '../support/leftovers.js';
import { registrationOfPerson } from '../support/person.js';
import { people, photo } from '../support/photos.js';
import { type Account, calm, type Service, service } from '../support/service.js';

const franck = people.franck.map((name) => base64(photo(name)));
const bieber = people.bieber.map((name) => base64(photo(name)));
const SESSIONS = '/v1/verification-sessions';

describe('erasing a user over HTTP', function () {
  this.timeout(90_000);
  let idv: Service;
  let account: Account;
  let clients: ReturnType<typeof createAwsClients>;
  before(async function () {
    idv = await service(this);
    clients = createAwsClients(awsSettings(idv.environment));
  });
  after(() => clients.destroy());
  beforeEach(async () => {
    account = await idv.account();
  });
  afterEach(() => calm(idv));

  const register = (user_id: string, headers: Record<string, string> = {}, more: object = {}) =>
    account.test('POST', SESSIONS, { flow: 'registration', user_id, selfie: franck[0], ...more }, headers);
  const erase = (user: string) => account.test('DELETE', `/v1/users/${user}`);
  const left = () => leftovers(clients, awsSettings(idv.environment), account.tenant);
  // biome-ignore lint/suspicious/noExplicitAny: an answer of the API
  async function receipt(id: string): Promise<any> {
    let body: { status?: string } = {};
    await eventually(
      'the erasure has ended',
      async () => {
        body = (await account.test('GET', `/v1/erasures/${id}`)).body;
        return body.status !== 'processing';
      },
      60_000,
    );
    return body;
  }
  async function assertNothingLeft(): Promise<void> {
    const { rows, objects, faces } = await left();
    assert.deepEqual(
      { rows: rows.filter((row) => !/^ERASURE#er_\w+ RECEIPT$/.test(row)), objects, faces },
      { rows: [], objects: [], faces: [] },
    );
  }
  const calls = (operation: string) =>
    idv.twin.faults.requests().filter((request) => request.operation === operation).length;
  const slow = (operation: string, latencyMs: number) =>
    idv.twin.faults.update({ rekognition: { operations: { [operation]: { latencyMs } } } });

  it('removes faces, photos with their versions, sessions and rows, an orphan too, and says so; a second time it finds nothing', async () => {
    const made = await register('franck', {}, { ...registrationOfPerson, user_id: 'franck' });
    assert.equal(made.body.status, 'verified');
    await account.test('POST', SESSIONS, { flow: 'authentication', user_id: 'franck', selfie: franck[1] });
    // A face of his under a key that no row knows, in each shard.
    const { body: user } = await account.test('GET', '/v1/users/franck');
    const [, subject = ''] = /faces\/[^/]+\/test\/([^/]+)\//.exec(user.faces[0].image) ?? [];
    const [bucket = '', ...key] = user.faces[0].image.slice('s3://'.length).split('/');
    for (const shard of ['s0', 's1']) {
      await idv.ports.faces.indexFace({
        collection: `idv-${account.tenant.account}-test-${shard}-g1`,
        image: { bucket, key: key.join('/'), sha256: '', width: 1, height: 1 },
        externalImageId: externalImageId(subject, 'orphan2'),
        qualityFilter: 'NONE',
      });
    }
    assert.equal((await left()).faces.length, 3);

    const { status, headers, body } = await erase('franck');
    assert.equal(status, 202);
    assert.equal(headers.get('location'), `/v1/erasures/${body.id}`);
    assert.equal((await account.live('GET', `/v1/erasures/${body.id}`)).status, 404);
    const done = await receipt(body.id);
    await assertNothingLeft();
    assert.equal(done.status, 'done');
    assert.equal(done.subject, subject);
    assert.deepEqual(done.remaining, []);
    const erased = Object.fromEntries(
      done.stores.map((each: { store: string; erased: number }) => [each.store, each.erased]),
    );
    assert.deepEqual(Object.keys(erased), [
      'faces',
      'uploaded_photos',
      'batch_items',
      'documents',
      'session_photos',
      'sessions',
      'photos',
      'user',
    ]);
    assert.equal(erased.faces, 3);
    assert.ok(erased.sessions >= 2, `${erased.sessions} rows of two sessions`);
    assert.ok(erased.session_photos >= 2 && erased.photos >= 1 && erased.user >= 1, JSON.stringify(erased));
    const day = 86_400_000;
    const sinceThen = (time: string) => Date.parse(time) - Date.parse(done.done_at);
    assert.equal(sinceThen(done.backups_expire_at), 35 * day);
    assert.ok(sinceThen(done.histories_expire_at) >= day);
    assert.equal((await account.test('GET', '/v1/users/franck')).status, 404);
    assert.equal((await account.test('GET', `${SESSIONS}/${made.body.id}`)).status, 404);

    const again = await erase('franck');
    assert.notEqual(again.body.id, body.id);
    const second = await receipt(again.body.id);
    assert.deepEqual(
      second.stores.filter((each: { erased: number }) => each.erased > 0),
      [],
    );
    assert.equal(second.status, 'done');
    await assertNothingLeft();
    assert.equal((await register('franck')).body.status, 'verified', 'who was erased may come again');
  });

  it('stops a registration and a login that are under way, and nothing of them comes back', async () => {
    await account.test('POST', SESSIONS, { flow: 'registration', user_id: 'bieber', selfie: bieber[0] });
    slow('IndexFaces', 1_500);
    slow('SearchFacesByImage', 500);
    const [indexed, searched] = [calls('IndexFaces'), calls('SearchFacesByImage')];
    const login = account.test('POST', SESSIONS, {
      flow: 'authentication',
      user_id: 'bieber',
      selfie: bieber[1],
    });
    await eventually('the face is being searched for', () => calls('SearchFacesByImage') > searched);
    const other = await erase('bieber');
    const { body: session } = await register('franck', { prefer: 'respond-async' });
    await eventually('the face is being indexed', () => calls('IndexFaces') > indexed);
    const [first, second] = await Promise.all([erase('franck'), erase('franck')]);
    assert.equal(first.body.id, second.body.id, 'who asks again joins');
    const refused = await register('franck');
    const reason = refused.body.reasons[0]?.code ?? refused.body.status;
    assert.ok(['user_erasing', 'canceled'].includes(reason), reason);

    assert.ok((await login).status < 500);
    calm(idv);
    // Beside that an answer is lost, and a store asks to slow down.
    idv.twin.faults.addRule({
      service: 'rekognition',
      operation: 'DeleteFaces',
      when: 'after',
      error: 'drop',
      times: 1,
    });
    const error = { name: 'SlowDown', status: 503, message: 'Please reduce your request rate.' };
    idv.twin.faults.addRule({ service: 's3', operation: 'DeleteObjects', when: 'before', error, times: 2 });
    const done = await Promise.all([receipt(first.body.id), receipt(other.body.id)]);
    assert.deepEqual(
      done.map(({ status }) => status),
      ['done', 'done'],
    );
    const workflowId = `session/${account.tenant.account}/test/${session.id}`;
    assert.equal((await idv.client.workflow.getHandle(workflowId).result()).status, 'canceled');
    await assertNothingLeft();
  });

  it('knows no erasure of another form or account', async () => {
    for (const id of ['er_1', `er_${'0'.repeat(32)}`])
      assert.equal((await account.test('GET', `/v1/erasures/${id}`)).status, 404);
  });
});

import assert from 'node:assert/strict';
import { base64 } from '../support/caller.js';
import { eventually } from '../support/eventually.js';
import { people, photo } from '../support/photos.js';
import { type Account, calm, type Service, service } from '../support/service.js';

const [enrolled, ...others] = people.franck.map((name) => base64(photo(name))) as [string, ...string[]];
const stranger = base64(photo(people.cage[0]));
const SESSIONS = '/v1/verification-sessions';

describe('authentication over HTTP', function () {
  this.timeout(60_000);
  let idv: Service;
  let account: Account;
  before(async function () {
    idv = await service(this);
  });
  beforeEach(async () => {
    account = await idv.account();
    const made = await account.test('POST', SESSIONS, {
      flow: 'registration',
      user_id: 'u-1',
      selfie: enrolled,
    });
    assert.equal(made.body.status, 'verified');
  });
  afterEach(() => calm(idv));

  const login = (more: object, headers: Record<string, string> = {}) =>
    account.test('POST', SESSIONS, { flow: 'authentication', ...more }, headers);

  it('lets a known user in by another photo of the same person', async () => {
    const { status, body } = await login({ user_id: 'u-1', selfie: others[0] });
    assert.equal(status, 201);
    assert.equal(body.status, 'verified');
    const match = body.checks.find((check: { check: string }) => check.check === 'user_match');
    assert.ok(match.similarity >= 95);
    assert.equal(match.face_model_version, '7.0');
  });

  it('finds out who it is where no user is claimed', async () => {
    const { body } = await login({ selfie: others[1] });
    assert.equal(body.status, 'verified');
    assert.equal(body.user_id, 'u-1');
  });

  it('refuses somebody else, a user who does not exist and an unknown face, in the same words for the person', async () => {
    const answers = [
      await login({ user_id: 'u-1', selfie: stranger }),
      await login({ user_id: 'nobody', selfie: enrolled }),
      await login({ selfie: stranger }),
    ];
    assert.deepEqual(
      answers.map(({ body }) => [body.status, body.last_error.code]),
      [
        ['rejected', 'face_not_recognised'],
        ['rejected', 'user_not_registered'],
        ['rejected', 'face_not_recognised'],
      ],
    );
    assert.equal(new Set(answers.map(({ body }) => body.last_error.message)).size, 1);
  });

  it('does not let in a user whose registration is not finished', async () => {
    idv.twin.faults.update({ rekognition: { operations: { SearchFacesByImage: { latencyMs: 400 } } } });
    const registering = account.test('POST', SESSIONS, {
      flow: 'registration',
      user_id: 'u-2',
      selfie: stranger,
    });
    await eventually('the face is indexed', () =>
      idv.twin.faults
        .requests()
        .some(
          (request) =>
            request.operation === 'IndexFaces' &&
            JSON.stringify(request).includes(`idv-${account.tenant.account}-`),
        ),
    );
    const [known, unknown] = await Promise.all([
      login({ user_id: 'u-2', selfie: stranger }),
      login({ selfie: stranger }),
    ]);
    const registered = await registering;
    assert.equal(registered.body.status, 'verified');
    assert.deepEqual([known.body.status, unknown.body.status], ['rejected', 'rejected']);
  });

  it('locks a user out after the policy’s attempts, also when they come at once; a success before that resets them', async () => {
    for (let i = 0; i < 4; i++) await login({ user_id: 'u-1', selfie: stranger });
    assert.equal((await login({ user_id: 'u-1', selfie: others[0] })).body.status, 'verified');
    await eventually('the attempts are forgotten', async () => {
      const { body } = await login({ user_id: 'u-1', selfie: others[0] });
      return body.status === 'verified';
    });

    const guesses = await Promise.all(
      Array.from({ length: 12 }, () => login({ user_id: 'u-1', selfie: stranger })),
    );
    const codes = guesses.map(({ body }) => body.last_error.code);
    assert.ok(codes.filter((code) => code === 'face_not_recognised').length <= 5);
    assert.ok(codes.filter((code) => code === 'locked_out').length >= 7);
    assert.equal((await login({ user_id: 'u-1', selfie: others[0] })).body.last_error.code, 'locked_out');
  });

  it('says 503 with Retry-After while Rekognition throttles, uses up no attempt, and answers the same key afterwards', async () => {
    idv.twin.faults.addRule({
      service: 'rekognition',
      operation: 'SearchFacesByImage',
      when: 'before',
      error: { name: 'ProvisionedThroughputExceededException', status: 400, message: 'slow down' },
    });
    const request = [{ user_id: 'u-1', selfie: others[0] }, { 'idempotency-key': 'login-1' }] as const;
    for (let i = 0; i < 7; i++) {
      const busy = await login(...request);
      assert.equal(busy.status, 503, `${i}: ${JSON.stringify(busy.body)}`);
      assert.equal(busy.body.code, 'temporarily_unavailable');
      assert.ok(Number(busy.headers.get('retry-after')) >= 1);
    }
    calm(idv);
    let answered = await login(...request);
    // On a busy machine a login may once more take too long.
    await eventually('it is answered', async () => {
      if (answered.status === 503) answered = await login(...request);
      return answered.status !== 503;
    });
    assert.equal(answered.body.status, 'verified');
    assert.equal(answered.body.attempts.used, 1);
  });

  it('asks for another selfie, and takes it', async () => {
    const made = await login({ user_id: 'u-1', selfie: base64(photo('terminator_crop.jpg')) });
    assert.equal(made.body.status, 'requires_input');
    const put = await account.test(
      'PUT',
      `${SESSIONS}/${made.body.id}/inputs/selfie`,
      photo(people.franck[2]),
    );
    assert.equal(put.body.status, 'verified');
  });
});

import assert from 'node:assert/strict';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { base64 } from '../support/caller.js';
import { captures, film } from '../support/capture.js';
import { eventually } from '../support/eventually.js';
import { people, photo } from '../support/photos.js';
import { type Account, awsEnvironment, calm, type Service, service } from '../support/service.js';
import { spoof } from '../support/spoofs.js';

const SESSIONS = '/v1/verification-sessions';
const [live, again, third] = people.franck.map(photo) as [Uint8Array, Uint8Array, Uint8Array];
const stranger = photo(people.cage[0]);

describe('liveness over HTTP', function () {
  this.timeout(120_000);
  let idv: Service;
  let account: Account;
  let capture: ReturnType<typeof captures>;
  before(async function () {
    idv = await service(this);
  });
  beforeEach(async () => {
    account = await idv.account();
    capture = captures(account.test);
  });
  afterEach(() => calm(idv));

  const open = async (flow: string, more: object = {}): Promise<string> => {
    const policy = 'liveness';
    const made = await account.test('POST', SESSIONS, { flow, user_id: 'u-1', policy, ...more });
    assert.deepEqual([made.status, made.body.status], [201, 'requires_input'], JSON.stringify(made.body));
    return made.body.id;
  };

  /** Photos of captures of the session that are in the bucket. */
  const kept = async (sessionId: string) => {
    const { AWS_ENDPOINT_URL_S3, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = awsEnvironment(idv.twin);
    const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
    const s3 = new S3Client({
      ...{ region: 'us-east-1', endpoint: AWS_ENDPOINT_URL_S3, credentials, forcePathStyle: true },
    });
    const Prefix = `incoming/${account.tenant.account}/test/${sessionId}/`;
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: 'idv-photos', Prefix }));
    s3.destroy();
    return (Contents ?? []).map(({ Key }) => Key ?? '');
  };

  it('registers, lets in and takes a new photo of a person by the image of the capture alone', async () => {
    const registration = await open('registration');
    const begun = await capture.begin(registration);
    assert.equal(begun.status, 201);
    const { session_id, region, challenge, expires_at } = begun.body.liveness;
    assert.deepEqual([region, challenge], ['us-east-1', 'FaceMovementAndLightChallenge']);
    const seconds = (Date.parse(expires_at) - Date.now()) / 1_000;
    assert.ok(seconds > 150 && seconds <= 180, `${seconds}`);
    assert.deepEqual(begun.body.allowed_commands, ['submit', 'liveness', 'cancel']);

    assert.equal(await film(idv.twin, session_id, live), 'SUCCEEDED');
    const registered = await capture.finish(registration, session_id);
    assert.deepEqual([registered.status, registered.body.status], [200, 'verified']);
    const [check] = registered.body.checks;
    assert.deepEqual([check.check, check.outcome, check.threshold], ['liveness', 'passed', 80]);
    assert.ok(check.measures.confidence >= 80);
    assert.equal(registered.body.liveness, null);

    const login = await capture.take(idv.twin, await open('authentication'), again);
    assert.equal(login.body.status, 'verified', JSON.stringify(login.body));
    const anybody = await capture.take(idv.twin, await open('authentication', { user_id: undefined }), third);
    assert.deepEqual([anybody.body.status, anybody.body.user_id], ['verified', 'u-1']);
    const update = await capture.take(idv.twin, await open('photo_update'), again);
    assert.equal(update.body.status, 'verified', JSON.stringify(update.body));
    const somebodyElse = await capture.take(idv.twin, await open('authentication'), stranger);
    assert.equal(somebodyElse.body.status, 'rejected');
  });

  it('is bound to its session, and good once', async () => {
    const [mine, another] = [await open('authentication'), await open('authentication')];
    const replaced = (await capture.begin(mine)).body.liveness.session_id;
    const { session_id } = (await capture.begin(mine)).body.liveness;
    const foreign = (await capture.begin(another)).body.liveness.session_id;
    for (const id of [replaced, foreign, 'no-capture-at-all']) {
      const { status, body } = await capture.finish(mine, id);
      assert.deepEqual([status, body.code], [422, 'unknown_capture']);
    }

    await film(idv.twin, session_id, Buffer.from(await spoof('screen', live, 7)));
    const refused = await capture.finish(mine, session_id);
    assert.deepEqual([refused.status, refused.body.last_error.code], [200, 'liveness_failed']);
    assert.deepEqual(refused.body.required_inputs, ['liveness']);
    const repeated = await capture.finish(mine, session_id);
    assert.deepEqual(
      [repeated.status, repeated.body.attempts.used],
      [200, 1],
      'the answer there was, and no attempt',
    );
    assert.equal((await capture.finish(another, session_id)).body.code, 'unknown_capture');
    assert.match(await film(idv.twin, session_id, live), /refused/);
  });

  it('has run out where nobody stood before the camera, and is copied and kept no longer than its session needs it', async () => {
    const registration = await open('registration');
    const begun = await capture.begin(registration);
    const early = await capture.finish(registration, begun.body.liveness.session_id);
    assert.equal(early.body.last_error.code, 'liveness_expired');

    idv.twin.faults.update({ rekognition: { operations: { DetectFaces: { latencyMs: 1_500 } } } });
    const judged = capture.take(idv.twin, registration, live);
    let images: string[] = [];
    await eventually('its images are in the bucket', async () => {
      images = await kept(registration);
      return images.length > 0;
    });
    assert.ok(
      images.every((key) => /\/liveness-[0-9a-f]{32}$/.test(key)),
      `${images}`,
    );
    assert.equal((await judged).body.status, 'verified');
    await eventually('its images are gone', async () => (await kept(registration)).length === 0);
  });

  it('compares a selfie of its own with the person before the camera', async () => {
    const policy = 'liveness-with-selfie';
    const session = await open('registration', { policy, selfie: base64(stranger) });
    const { body } = await capture.take(idv.twin, session, live);
    assert.deepEqual(body.last_error.code, 'liveness_face_mismatch');
    assert.deepEqual(body.required_inputs, ['selfie', 'liveness']);
    // The first one after another: what counts is what was handed in last.
    for (const selfie of [again, stranger, again])
      assert.equal((await account.test('PUT', `${SESSIONS}/${session}/inputs/selfie`, selfie)).status, 200);
    const { body: verified } = await capture.take(idv.twin, session, live);
    assert.equal(verified.status, 'verified', JSON.stringify(verified));
  });

  it('does not begin where the policy takes none, the session is over, or so many failed', async () => {
    const made = await account.test('POST', SESSIONS, { flow: 'registration', user_id: 'u-2' });
    for (const { status, body } of [
      await capture.begin(made.body.id),
      await capture.finish(made.body.id, 'x'),
    ])
      assert.deepEqual([status, body.code], [422, 'input_not_expected']);
    const selfie = await account.test('PUT', `${SESSIONS}/${await open('registration')}/inputs/selfie`, live);
    assert.deepEqual([selfie.status, selfie.body.code], [422, 'input_not_expected']);

    const over = await open('registration');
    const filled = await account.test('POST', `${SESSIONS}/${over}/liveness`, { confidence: 100 });
    assert.deepEqual([filled.status, filled.body.errors?.[0].pointer], [422, '/confidence']);
    await account.test('POST', `${SESSIONS}/${over}/cancel`);
    assert.deepEqual((await capture.begin(over)).body.code, 'wrong_status');

    const spoofed = Buffer.from(await spoof('print', live, 3));
    const hasty = { policy: 'liveness-with-selfie', selfie: base64(live) };
    for (let failures = 0; failures < 2; failures++) {
      const { body } = await capture.take(idv.twin, await open('registration', hasty), spoofed);
      assert.equal(body.last_error.code, 'liveness_failed');
    }
    const { status, body, headers } = await capture.begin(await open('registration', hasty));
    assert.deepEqual([status, body.code], [429, 'liveness_cool_down']);
    const wait = Number(headers.get('retry-after'));
    assert.ok(wait > 1_700 && wait <= 1_800, `${wait}`);
  });

  it('says 503 while Rekognition does not begin one, and begins it afterwards', async () => {
    const session = await open('authentication');
    idv.twin.faults.addRule({
      service: 'rekognition',
      operation: 'CreateFaceLivenessSession',
      when: 'before',
      error: { name: 'ThrottlingException', status: 400, message: 'slow down' },
    });
    const busy = await capture.begin(session);
    assert.deepEqual([busy.status, busy.body.code], [503, 'temporarily_unavailable']);
    assert.ok(Number(busy.headers.get('retry-after')) >= 1);
    calm(idv);
    assert.equal((await capture.begin(session)).status, 201);
  });
});

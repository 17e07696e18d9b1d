import assert from 'node:assert/strict';
import { ListFacesCommand } from '@aws-sdk/client-rekognition';
import { createAwsClients } from '../../activities/aws/clients.js';
import { awsSettings } from '../../activities/aws/settings.js';
import { base64 } from '../support/caller.js';
import { eventually } from '../support/eventually.js';
import { person, registrationOfPerson } from '../support/person.js';
import { oddPhotos, people, photo } from '../support/photos.js';
import { type Account, calm, type Service, service } from '../support/service.js';

const franck = people.franck.map((name) => base64(photo(name)));
const SESSIONS = '/v1/verification-sessions';

describe('registration over HTTP', function () {
  this.timeout(60_000);
  let idv: Service;
  let account: Account;
  before(async function () {
    idv = await service(this);
  });
  beforeEach(async () => {
    account = await idv.account();
  });
  afterEach(() => calm(idv));

  const register = (
    user_id: string,
    selfie: string,
    more: object = {},
    headers: Record<string, string> = {},
  ) => account.test('POST', SESSIONS, { flow: 'registration', user_id, selfie, ...more }, headers);

  it('verifies a good selfie in one request, and the user then exists with face, photo and model version', async () => {
    const { user_id, ...sent } = registrationOfPerson;
    const made = await register(user_id, franck[0] as string, { profile: person, ...sent });
    assert.equal(made.status, 201);
    assert.equal(made.body.status, 'verified');
    assert.equal(made.headers.get('location'), `${SESSIONS}/${made.body.id}`);
    for (const [field, value] of Object.entries(registrationOfPerson))
      assert.deepEqual(made.body[field], value, field);
    assert.deepEqual(
      made.body.checks.map((check: { check: string; outcome: string }) => [check.check, check.outcome]),
      [
        ['quality', 'passed'],
        ['duplicate', 'passed'],
      ],
    );

    const user = await account.test('GET', `/v1/users/${user_id}`);
    assert.equal(user.status, 200);
    assert.equal(user.body.id, user_id);
    assert.deepEqual(user.body.profile, person);
    const [face] = user.body.faces;
    assert.match(face.face_id, /^[0-9a-f-]{36}$/);
    assert.match(face.image, /^s3:\/\/idv-photos\/faces\//);
    assert.equal(face.face_model_version, '7.0');
  });

  it('refuses a user id that is taken with 409 user_exists, whatever the face', async () => {
    await register('u-1', franck[0] as string);
    const again = await register('u-1', base64(photo(people.cage[0])));
    assert.equal(again.status, 409);
    assert.equal(again.body.code, 'user_exists');
  });

  it('rejects a second user with the same face, and leaves nothing of the attempt in any collection', async () => {
    await register('u-1', franck[0] as string);
    const twin = await register('u-2', franck[1] as string);
    assert.equal(twin.body.status, 'rejected');
    assert.equal(twin.body.last_error.code, 'duplicate_face');
    assert.equal((await account.test('GET', '/v1/users/u-2')).status, 404);
    assert.equal(await facesOf(account), 1);
  });

  it('lets the same face register in another mode and in another account', async () => {
    await register('u-1', franck[0] as string);
    const other = await idv.account();
    const live = await account.live('POST', SESSIONS, {
      flow: 'registration',
      user_id: 'u-1',
      selfie: franck[1],
    });
    const elsewhere = await other.test('POST', SESSIONS, {
      flow: 'registration',
      user_id: 'u-1',
      selfie: franck[2],
    });
    assert.deepEqual([live.body.status, elsewhere.body.status], ['verified', 'verified']);
    assert.equal(live.body.livemode, true);
  });

  it('asks for another selfie with advice, as often as the policy allows, and then ends', async () => {
    const sunglasses = photo(oddPhotos.sunglasses);
    const made = await register('u-1', base64(sunglasses));
    assert.equal(made.body.status, 'requires_input');
    assert.ok(made.body.reasons.some((reason: { code: string }) => reason.code === 'selfie_sunglasses'));
    assert.deepEqual(made.body.required_inputs, ['selfie']);
    assert.deepEqual(made.body.attempts, { used: 1, max: 3 });

    const eyes = await account.test(
      'PUT',
      `${SESSIONS}/${made.body.id}/inputs/selfie`,
      photo(oddPhotos.eyesClosed),
    );
    assert.ok(eyes.body.reasons.some((reason: { code: string }) => reason.code === 'selfie_eyes_closed'));
    const good = await account.test(
      'PUT',
      `${SESSIONS}/${made.body.id}/inputs/selfie`,
      photo(people.franck[0]),
    );
    assert.equal(good.body.status, 'verified');
  });

  it('ends a session whose attempts are used up', async () => {
    const made = await account.test('POST', SESSIONS, { flow: 'registration', user_id: 'u-1' });
    assert.equal(made.body.status, 'requires_input');
    const put = (name: string) =>
      account.test('PUT', `${SESSIONS}/${made.body.id}/inputs/selfie`, photo(name));
    await put(oddPhotos.sunglasses);
    await put(oddPhotos.eyesClosed);
    const last = await put('ironman.jpg');
    assert.equal(last.body.status, 'rejected');
    assert.equal(last.body.last_error.code, 'attempts_exceeded');
    const late = await put(people.franck[0]);
    assert.equal(late.status, 409);
    assert.deepEqual(late.body.allowed_commands, ['redact']);
  });

  it('answers an upload that is repeated with what the first one came to', async () => {
    const made = await account.test('POST', SESSIONS, { flow: 'registration', user_id: 'u-1' });
    const path = `${SESSIONS}/${made.body.id}/inputs/selfie`;
    const [first, second] = await Promise.all([
      account.test('PUT', path, photo(people.franck[0])),
      account.test('PUT', path, photo(people.franck[0])),
    ]);
    assert.deepEqual([first.body.status, second.body.status], ['verified', 'verified']);
  });

  it('compares the selfie with a reference photo where one is handed in', async () => {
    const same = await register('u-1', franck[0] as string, { reference: franck[3] });
    assert.equal(same.body.status, 'verified');
    const match = same.body.checks.find((check: { check: string }) => check.check === 'face_match');
    assert.ok(match.similarity >= 95);

    const other = await register('u-2', base64(photo(people.hepburn[0])), { reference: franck[3] });
    assert.equal(other.body.status, 'requires_input');
    assert.equal(other.body.last_error.code, 'face_mismatch');
    assert.equal((await account.test('GET', '/v1/users/u-2')).status, 404);
  });

  it('takes photos as multipart files, with objects as JSON in fields', async () => {
    const form = new FormData();
    form.set('flow', 'registration');
    form.set('user_id', 'u-1');
    form.set('metadata', '{"plan":"gold"}');
    form.set('selfie', new Blob([photo(people.franck[0])], { type: 'image/jpeg' }), 'me.jpg');
    const made = await account.test('POST', SESSIONS, form);
    assert.equal(made.status, 201);
    assert.equal(made.body.status, 'verified');
    assert.deepEqual(made.body.metadata, { plan: 'gold' });
  });

  it('stops a session that is cancelled, lets go of the user, and refuses a second cancel only if it ended otherwise', async () => {
    const made = await account.test('POST', SESSIONS, { flow: 'registration', user_id: 'u-1' });
    const canceled = await account.test('POST', `${SESSIONS}/${made.body.id}/cancel`);
    assert.equal(canceled.body.status, 'canceled');
    const again = await account.test('POST', `${SESSIONS}/${made.body.id}/cancel`);
    assert.equal(again.body.status, 'canceled');
    assert.equal((await register('u-1', franck[0] as string)).body.status, 'verified');
  });

  it('goes on after the caller stopped waiting, and says so', async () => {
    idv.twin.faults.update({ rekognition: { latencyMs: 300 } });
    const made = await register('u-1', franck[0] as string, {}, { prefer: 'respond-async' });
    assert.equal(made.status, 202);
    await eventually('the session is verified', async () => {
      const { body } = await account.test('GET', `${SESSIONS}/${made.body.id}`);
      return body.status === 'verified';
    });
  });

  it('keeps no photo of the attempt beside the one that was registered', async () => {
    const made = await register('u-1', franck[0] as string);
    const { S3Client, ListObjectsV2Command } = await import('@aws-sdk/client-s3');
    const s3 = new S3Client({ forcePathStyle: true, region: 'us-east-1' });
    const { account: name, mode } = account.tenant;
    await eventually('one photo is kept', async () => {
      const list = (prefix: string) =>
        s3.send(new ListObjectsV2Command({ Bucket: 'idv-photos', Prefix: `${prefix}/${name}/${mode}/` }));
      const [incoming, faces] = await Promise.all([list('incoming'), list('faces')]);
      return incoming.KeyCount === 0 && faces.KeyCount === 1;
    });
    assert.equal(made.body.status, 'verified');
    s3.destroy();
  });
});

/** Faces in all collections of the account's test mode. */
async function facesOf({ tenant }: Account): Promise<number> {
  const { rekognition, destroy } = createAwsClients(awsSettings({}));
  const counts = await Promise.all(
    ['s0', 's1'].map(async (shard) => {
      const CollectionId = `idv-${tenant.account}-${tenant.mode}-${shard}-g1`;
      const { Faces } = await rekognition.send(new ListFacesCommand({ CollectionId }));
      return Faces?.length ?? 0;
    }),
  );
  destroy();
  return counts.reduce((sum, count) => sum + count, 0);
}

import assert from 'node:assert/strict';
import { ListFacesCommand, type RekognitionClient } from '@aws-sdk/client-rekognition';
import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { createAwsClients } from '../../activities/aws/clients.js';
import { awsSettings } from '../../activities/aws/settings.js';
import { base64, type Reply } from '../support/caller.js';
import { people, photo } from '../support/photos.js';
import { type Account, calm, type Service, service } from '../support/service.js';

const franck = people.franck.map((name) => base64(photo(name)));
const hepburn = base64(photo(people.hepburn[0]));
const SESSIONS = '/v1/verification-sessions';

describe('photo update over HTTP', function () {
  this.timeout(60_000);
  let idv: Service;
  let account: Account;
  let rekognition: RekognitionClient;
  let s3: S3Client;
  let destroy: () => void;
  before(async function () {
    idv = await service(this);
    ({ rekognition, s3, destroy } = createAwsClients(awsSettings({})));
  });
  beforeEach(async () => {
    account = await idv.account();
    assert.equal((await begin('registration', franck[0])).body.status, 'verified');
  });
  afterEach(() => calm(idv));
  after(() => destroy());

  const begin = (flow: string, selfie: string | undefined, more: object = {}): Promise<Reply> =>
    account.test('POST', SESSIONS, { flow, user_id: 'u-1', selfie, ...more }, { prefer: 'wait=60' });
  const update = (selfie: string | undefined, more?: object) => begin('photo_update', selfie, more);
  const login = async (selfie: string | undefined) => (await begin('authentication', selfie)).body.status;
  const faces = async () => (await account.test('GET', '/v1/users/u-1')).body.faces as { face_id: string }[];
  const collected = async () => {
    const { account: name, mode } = account.tenant;
    const found = await Promise.all(
      ['s0', 's1'].map((shard) =>
        rekognition.send(new ListFacesCommand({ CollectionId: `idv-${name}-${mode}-${shard}-g1` })),
      ),
    );
    return found.flatMap(({ Faces = [] }) => Faces.map(({ FaceId }) => FaceId));
  };
  const stored = async () => {
    const { account: name, mode } = account.tenant;
    const list = new ListObjectsV2Command({ Bucket: 'idv-photos', Prefix: `faces/${name}/${mode}/` });
    return ((await s3.send(list)).Contents ?? []).map(({ Key }) => `s3://idv-photos/${Key}`);
  };

  it('replaces the face in one request: the old one is in no collection and its photo nowhere any more', async () => {
    const [old] = await faces();
    const made = await update(franck[1]);
    assert.deepEqual([made.status, made.body.status, made.body.flow], [201, 'verified', 'photo_update']);
    assert.deepEqual(
      made.body.checks.map((check: { check: string; outcome: string }) => [check.check, check.outcome]),
      [
        ['quality', 'passed'],
        ['user_match', 'passed'],
        ['duplicate', 'passed'],
      ],
    );
    const now = (await faces()) as { face_id: string; image: string; verification_session: string }[];
    assert.equal(now.length, 1);
    assert.notEqual(now[0]?.face_id, old?.face_id);
    assert.equal(now[0]?.verification_session, made.body.id);
    assert.deepEqual(await collected(), [now[0]?.face_id]);
    assert.deepEqual(await stored(), [now[0]?.image]);
    // By its likeness to the new one.
    assert.deepEqual([await login(franck[0]), await login(franck[2])], ['verified', 'verified']);
  });

  it('can be made again at once, with the very same photo too', async () => {
    for (const selfie of [franck[0], franck[1], franck[1]]) {
      assert.equal((await update(selfie)).body.status, 'verified');
      assert.equal((await collected()).length, 1);
      assert.equal(await login(selfie), 'verified');
    }
  });

  it('takes a reference for the new photo, and asks for another one where it shows somebody else', async () => {
    const made = await update(franck[1], { reference: hepburn });
    assert.equal(made.body.status, 'requires_input');
    assert.equal(made.body.last_error.code, 'reference_mismatch');
    assert.deepEqual(made.body.required_inputs, ['reference']);
    const path = `${SESSIONS}/${made.body.id}/inputs/reference`;
    const good = await account.test('PUT', path, photo(people.franck[2]));
    assert.equal(good.body.status, 'verified');
    assert.equal((await collected()).length, 1);
    assert.equal(await login(franck[3]), 'verified');
  });

  it('leaves everything as it was to whom it does not recognise, and to no user', async () => {
    const before = [await faces(), await collected(), await stored()];
    const other = await update(hepburn);
    assert.deepEqual([other.body.status, other.body.last_error.code], ['rejected', 'face_not_recognised']);
    assert.deepEqual([await faces(), await collected(), await stored()], before);
    assert.equal(await login(franck[1]), 'verified');
    const nobody = await update(franck[1], { user_id: 'u-2' });
    assert.deepEqual([nobody.status, nobody.body.code], [404, 'not_found']);
  });

  it('of two at once lets one through and tells the other that the user is busy; logins go on all the while', async () => {
    idv.twin.faults.update({ rekognition: { latencyMs: 100 } });
    let over = false;
    const both = Promise.all([update(franck[1]), update(franck[2])]).finally(() => {
      over = true;
    });
    const logins: string[] = [];
    while (!over) logins.push(await login(franck[3]));
    const ends = (await both).map(({ body }) => [body.status, body.last_error?.code ?? null]);
    assert.deepEqual(ends.sort(), [
      ['rejected', 'user_busy'],
      ['verified', null],
    ]);
    assert.ok(logins.length >= 2, `${logins.length} logins`);
    assert.deepEqual([...new Set(logins)], ['verified']);
    assert.equal((await collected()).length, 1);
    assert.equal((await stored()).length, 1);
  });
});

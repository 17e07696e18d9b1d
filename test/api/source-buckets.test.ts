import assert from 'node:assert/strict';
import { type Account, calm, type Service, service } from '../support/service.js';

const SESSIONS = '/v1/verification-sessions';
const JOBS = '/v1/batch-jobs';

describe('a photo in a bucket', function () {
  this.timeout(30_000);
  let idv: Service;
  let account: Account;
  before(async function () {
    idv = await service(this);
    account = await idv.account();
  });
  afterEach(() => calm(idv));

  const register = (body: object) =>
    account.test('POST', SESSIONS, { flow: 'registration', user_id: 'u-1', ...body });

  it('is refused where the bucket is not allowed, it is not there, or S3 does not say whether it is', async () => {
    const foreign = await register({ selfie: { s3: { bucket: 'somebody-elses', key: 'a.jpg' } } });
    assert.equal(foreign.body.code, 'source_bucket_not_allowed');
    const absent = await register({ selfie: { s3: { bucket: 'partner-photos', key: 'a.jpg' } } });
    assert.equal(absent.body.code, 'source_object_not_found');
    // What S3 says of it to whoever may not list the bucket.
    const error = { name: 'AccessDenied', status: 403, message: 'Access Denied' };
    idv.twin.faults.addRule({ service: 's3', operation: 'GetObject', when: 'before', error });
    const denied = await register({ selfie: { s3: { bucket: 'partner-photos', key: 'a.jpg' } } });
    assert.deepEqual([denied.status, denied.body.code], [422, 'source_object_not_found']);
  });

  it('is of the account, in the mode, that the bucket is listed for, wherever a bucket can be named', async () => {
    const stranger = await idv.account();
    const bucket = `of-${account.tenant.account}`;
    const prefix = { type: 'prefix', bucket, user_id: '{user_id}' };
    const manifest = { type: 'manifest', bucket, key: 'list.csv' };
    const photos = { ...manifest, bucket: 'partner-photos', photos: { bucket } };
    const selfie = { flow: 'registration', user_id: 'u-2', selfie: { s3: { bucket, key: 'a.jpg' } } };
    const asks = [
      [SESSIONS, selfie, '/selfie/s3/bucket'],
      [JOBS, { source: prefix }, '/source/bucket'],
      [JOBS, { source: manifest }, '/source/bucket'],
      [JOBS, { source: photos }, '/source/photos/bucket'],
      [`${JOBS}/plan`, { source: prefix }, '/source/bucket'],
      [`${JOBS}/plan`, { source: photos }, '/source/photos/bucket'],
    ] as const;
    for (const [path, body, pointer] of asks) {
      for (const call of [stranger.test, stranger.live, account.live]) {
        const { status, body: answer } = await call('POST', path, body);
        assert.deepEqual([status, answer.code], [422, 'source_bucket_not_allowed'], path);
        assert.deepEqual(
          answer.errors.map((error: { pointer: string }) => error.pointer),
          [pointer],
        );
      }
    }
    // The account itself is told what is the matter with the bucket, or with the object.
    const own = await account.test('POST', SESSIONS, selfie);
    assert.equal(own.body.code, 'source_object_not_found');
    const plan = await account.test('POST', `${JOBS}/plan`, { source: prefix }, { prefer: 'wait=20' });
    assert.deepEqual([plan.status, plan.body.code], [422, 'source_not_readable']);
    assert.match(plan.body.detail, / NoSuchBucket\. .*, then plan again\.$/);
  });
});

import assert from 'node:assert/strict';
import { type Account, calm, type Service, service } from '../support/service.js';

const SESSIONS = '/v1/verification-sessions';

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
});

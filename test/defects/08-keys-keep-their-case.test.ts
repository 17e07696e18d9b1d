import assert from 'node:assert/strict';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { createAwsClients } from '../../activities/aws/clients.js';
import { awsSettings } from '../../activities/aws/settings.js';
import { ensureBucket } from '../support/ensure-bucket.js';
import { people, photo } from '../support/photos.js';
import { type Service, service } from '../support/service.js';
import { flowsOf, outcome } from './flows.js';

const Bucket = 'partner-photos';
const [franck, franckAgain] = people.franck.map(photo) as [Uint8Array, Uint8Array];
const [cage, cageAgain] = people.cage.map(photo) as [Uint8Array, Uint8Array];

/**
 * AWS's sample lower-cases the key of a photo, and then does not find it, or finds another one. Here a photo is taken from
 * the very key that the caller names.
 */
describe('Defect 8 of the samples, keys in S3 that lose their case', function () {
  this.timeout(90_000);
  let idv: Service;
  before(async function () {
    idv = await service(this);
    const { s3, destroy } = createAwsClients(awsSettings({}));
    await ensureBucket(s3, Bucket);
    for (const [Key, Body] of [
      ['public/UPPER-Case.JPG', franck],
      ['public/both.jpg', franck],
      ['public/Both.jpg', cage],
    ] as const)
      await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
    destroy();
  });

  const stored = (key: string) => ({ s3: { bucket: Bucket, key } });

  it('takes the photo of "public/UPPER-Case.JPG"', async () => {
    const { register, login } = flowsOf(await idv.account());
    assert.deepEqual(outcome(await register('u-1', stored('public/UPPER-Case.JPG'))), ['verified', null]);
    assert.deepEqual(outcome(await login('u-1', franckAgain)), ['verified', null]);
  });

  it('finds nothing under the same key in lower case, and says that case counts', async () => {
    const { register } = flowsOf(await idv.account());
    const { status, body } = await register('u-1', stored('public/upper-case.jpg'));
    assert.deepEqual([status, body.code], [422, 'source_object_not_found']);
    assert.match(body.errors[0].message, /case-sensitive/);
  });

  it('tells two photos apart whose keys differ in case only', async () => {
    const { register, login } = flowsOf(await idv.account());
    assert.deepEqual(outcome(await register('lower', stored('public/both.jpg'))), ['verified', null]);
    assert.deepEqual(outcome(await register('upper', stored('public/Both.jpg'))), ['verified', null]);
    assert.equal((await login(undefined, franckAgain)).body.user_id, 'lower');
    assert.equal((await login(undefined, cageAgain)).body.user_id, 'upper');
  });
});

import assert from 'node:assert/strict';
import { SearchFacesCommand } from '@aws-sdk/client-rekognition';
import { createAwsClients } from '../../activities/aws/clients.js';
import { awsSettings } from '../../activities/aws/settings.js';
import { people, photo } from '../support/photos.js';
import { type Service, service } from '../support/service.js';
import { collected, collectionOf, flowsOf, outcome } from './flows.js';

const franck = people.franck.map(photo);

/** AWS's sample has no DeleteFaces anywhere: whoever stole an old photo logs in with it for ever. */
describe('Defect 12 of the samples, old faces that match for ever', function () {
  this.timeout(90_000);
  let idv: Service;
  before(async function () {
    idv = await service(this);
  });

  it('finds the face of no photo but the last one', async () => {
    const account = await idv.account();
    const { register, update } = flowsOf(account);
    assert.deepEqual(outcome(await register('u-1', franck[0])), ['verified', null]);
    const { rekognition, destroy } = createAwsClients(awsSettings({}));
    for (const selfie of franck.slice(1, 3)) {
      const [old] = await collected(account);
      assert.deepEqual(outcome(await update('u-1', selfie)), ['verified', null]);
      const now = await collected(account);
      const user = await account.test('GET', '/v1/users/u-1');
      assert.deepEqual(
        now.map(({ FaceId }) => FaceId),
        user.body.faces.map(({ face_id }: { face_id: string }) => face_id),
      );
      assert.equal(now.length, 1);
      assert.notEqual(now[0]?.FaceId, old?.FaceId);
      const CollectionId = collectionOf(account, old?.shard as string);
      await assert.rejects(rekognition.send(new SearchFacesCommand({ CollectionId, FaceId: old?.FaceId })), {
        name: 'InvalidParameterException',
      });
    }
    destroy();
  });
});

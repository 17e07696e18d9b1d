import assert from 'node:assert/strict';
import { IndexFacesCommand } from '@aws-sdk/client-rekognition';
import { createAwsClients } from '../../activities/aws/clients.js';
import { awsSettings } from '../../activities/aws/settings.js';
import { recognise } from '../../domain/matches.js';
import { oddPhotos, people, photo } from '../support/photos.js';
import { type Account, type Service, service } from '../support/service.js';
import { collected, collectionOf, flowsOf, outcome } from './flows.js';

const franck = people.franck.map(photo);
const profile = { name: 'Franck Exemple' };

/**
 * AWS's Amplify sample takes a photo update for a removal: face, photo and user go, nobody looks at the new photo, and it is
 * never indexed. Its login fails wherever the search does not find exactly one face.
 */
describe('Defect 14 of the samples, a photo update that removes the user', function () {
  this.timeout(90_000);
  let idv: Service;
  let account: Account;
  let flows: ReturnType<typeof flowsOf>;
  before(async function () {
    idv = await service(this);
    account = await idv.account();
    flows = flowsOf(account);
    assert.deepEqual(outcome(await flows.register('u-1', franck[0], { profile })), ['verified', null]);
  });

  const user = async () => (await account.test('GET', '/v1/users/u-1')).body;

  it('looks at the new photo first, and leaves everything as it was where it does not do', async () => {
    const before = [await user(), await collected(account)];
    const [stranger = ''] = people.hepburn;
    for (const [name, expected] of [
      [stranger, ['rejected', 'face_not_recognised']],
      [oddPhotos.sunglasses, ['requires_input', 'selfie_sunglasses']],
      ['ironman.jpg', ['requires_input', 'selfie_no_face']],
    ] as const) {
      const answer = await flows.update('u-1', photo(name));
      assert.deepEqual(outcome(answer), expected, name);
      if (answer.body.status === 'requires_input')
        await account.test('POST', `/v1/verification-sessions/${answer.body.id}/cancel`);
    }
    assert.deepEqual([await user(), await collected(account)], before);
  });

  it('keeps the user, indexes the new photo, and knows the person by it', async () => {
    const [old] = (await user()).faces;
    assert.deepEqual(outcome(await flows.update('u-1', franck[1])), ['verified', null]);
    const { id, profile: kept, faces } = await user();
    assert.deepEqual([id, kept, faces.length], ['u-1', profile, 1]);
    assert.notEqual(faces[0].face_id, old.face_id);
    assert.deepEqual(
      (await collected(account)).map(({ FaceId }) => FaceId),
      [faces[0].face_id],
    );
    assert.deepEqual(outcome(await flows.login('u-1', franck[2])), ['verified', null]);
  });

  it('logs in where the search finds more faces than one, and where it finds none says so', async () => {
    const { rekognition, destroy } = createAwsClients(awsSettings({}));
    for (const [i, Bytes] of franck.slice(3).entries())
      await rekognition.send(
        new IndexFacesCommand({
          CollectionId: collectionOf(account, i % 2 ? 's0' : 's1'),
          Image: { Bytes },
          ExternalImageId: `by-hand-${i}`,
        }),
      );
    destroy();
    assert.ok((await collected(account)).length > 1);
    assert.deepEqual(outcome(await flows.login('u-1', franck[2])), ['verified', null]);
    assert.equal((await flows.login(undefined, franck[2])).body.user_id, 'u-1');
    const like = (subject: string, similarity: number) => ({ subject, similarity, threshold: 95 });
    const { match, reasons } = recognise([like('other', 96), like('me', 99)], {
      margin: 1,
      nearTie: 'reject',
    });
    assert.deepEqual([match?.subject, reasons], ['me', []], 'nor need it be the only user who is similar');
    const nobody = await flows.login(undefined, photo(people.cage[0]));
    assert.deepEqual(outcome(nobody), ['rejected', 'face_not_recognised']);
  });
});

import assert from 'node:assert/strict';
import { people, photo } from '../support/photos.js';
import { type Service, service } from '../support/service.js';
import { flowsOf, outcome } from './flows.js';

const [stranger = ''] = people.hepburn;

/** AWS's sample lets in whoever sends the face id that is stored of the user: no photo is compared. */
describe('Defect 5 of the samples, a login by a face id that the caller sends', function () {
  this.timeout(60_000);
  let idv: Service;
  let flows: ReturnType<typeof flowsOf>;
  let faceId: string;
  before(async function () {
    idv = await service(this);
    const account = await idv.account();
    flows = flowsOf(account);
    assert.deepEqual(outcome(await flows.register('victim', photo(people.franck[0]))), ['verified', null]);
    faceId = (await account.test('GET', '/v1/users/victim')).body.faces[0].face_id;
  });

  it('takes no face id, under any name, with a photo or without', async () => {
    for (const name of ['face_id', 'faceId', 'FaceId', 'face'])
      for (const selfie of [undefined, photo(stranger)]) {
        const answer = await flows.login('victim', selfie, { [name]: faceId });
        assert.deepEqual([answer.status, answer.body.code], [422, 'invalid_request'], name);
      }
  });

  it('looks at the photo, whatever else is known of the user', async () => {
    const metadata = { face_id: faceId, FaceId: faceId };
    const answer = await flows.login('victim', photo(stranger), { metadata, client_reference_id: faceId });
    assert.deepEqual(outcome(answer), ['rejected', 'face_not_recognised']);
    const without = await flows.login('victim', undefined, { metadata });
    assert.deepEqual([without.body.status, without.body.required_inputs], ['requires_input', ['selfie']]);
  });
});

import assert from 'node:assert/strict';
import { base64 } from '../support/caller.js';
import {
  HOLDER,
  renderIdCardBack,
  renderIdCardFront,
  renderLicence,
  renderPassport,
} from '../support/id-cards.js';
import { people, photo } from '../support/photos.js';
import { type Account, calm, type Service, service } from '../support/service.js';

const SESSIONS = '/v1/verification-sessions';
const [selfie] = people.franck.map((name) => base64(photo(name)));
const [cage = ''] = people.cage;

const fields = {
  first_names: HOLDER.givenNames,
  last_name: HOLDER.surname,
  document_number: HOLDER.documentNumber,
  birth_date: HOLDER.birthDate,
  issue_date: HOLDER.issueDate,
  expires_on: HOLDER.expirationDate,
  issuing_country: 'USA',
};

describe('registration with a document over HTTP', function () {
  this.timeout(90_000);
  let idv: Service;
  let account: Account;
  before(async function () {
    idv = await service(this);
  });
  beforeEach(async () => {
    account = await idv.account();
  });
  afterEach(() => calm(idv));

  const register = (user_id: string, more: object) =>
    account.test(
      'POST',
      SESSIONS,
      { flow: 'registration', policy: 'document', user_id, selfie, ...more },
      { prefer: 'wait=60' }, // text is read by a model, on whatever the machine has left
    );
  const outcomes = (body: { checks: { check: string; outcome: string }[] }) =>
    body.checks.map(({ check, outcome }) => [check, outcome]);

  it('verifies a person by both sides of an identity card, and says what it read for the person to confirm', async () => {
    const [front, back] = await Promise.all([renderIdCardFront({ ghost: true }), renderIdCardBack()]);
    const profile = { name: 'Martin Kresler', birth_date: HOLDER.birthDate, document_number: 'd 2314-5890' };
    const made = await register('u-1', {
      document_front: base64(front),
      document_back: base64(back),
      profile,
    });
    assert.deepEqual(outcomes(made.body), [
      ['quality', 'passed'],
      ['face_match', 'passed'],
      ['document', 'passed'],
      ['duplicate', 'passed'],
    ]);
    assert.equal(made.body.status, 'verified');
    const { street, city } = HOLDER.address;
    assert.deepEqual(made.body.document, { ...fields, type: 'id_card', address: `${street}, ${city}` });

    const again = await account.test('GET', `${SESSIONS}/${made.body.id}`);
    assert.deepEqual(again.body.document, made.body.document);
    const user = await account.test('GET', '/v1/users/u-1');
    assert.deepEqual(user.body.profile, profile);
  });

  it('asks for another document where this one is not good enough, and says what was read of it', async () => {
    const expired = await renderPassport({ holder: { expirationDate: '2025-01-31' } });
    const made = await register('u-1', {
      document_front: base64(expired),
      profile: { name: 'Paula Kresler' },
    });
    assert.equal(made.body.status, 'requires_input');
    assert.deepEqual(
      made.body.reasons.map(({ code }: { code: string }) => code),
      ['document_expired', 'document_data_mismatch'],
    );
    assert.deepEqual(made.body.required_inputs, ['document_front']);
    assert.deepEqual([made.body.document.type, made.body.document.expires_on], ['passport', '2025-01-31']);
    // The selfie is still there; only the document is handed in again.
    const list = await account.test('GET', `${SESSIONS}?user_id=u-1`);
    assert.equal(list.body.data[0].document.expires_on, '2025-01-31');
  });

  it('asks a human where the number was used before, and never the same person twice', async () => {
    const mine = base64(await renderLicence());
    const made = await register('u-1', { document_front: mine });
    assert.equal(made.body.status, 'verified');

    const theirs = base64(await renderLicence({ portrait: photo(cage) }));
    const other = await register('u-2', { selfie: base64(photo(cage)), document_front: theirs });
    assert.equal(other.body.status, 'needs_review');
    assert.equal(other.body.last_error.code, 'document_reused_review');
    const approved = await account.test(
      'POST',
      `${SESSIONS}/${other.body.id}/review`,
      { decision: 'approve', operator: 'o-1' },
      { prefer: 'wait=60' },
    );
    assert.equal(approved.body.status, 'verified');
    assert.deepEqual(outcomes(approved.body).at(-2), ['document', 'passed_by_reviewer']);
  });

  it('looks for the face of the document too: it may be registered although the selfie is not', async () => {
    await account.test('POST', SESSIONS, { flow: 'registration', user_id: 'u-1', selfie });
    const document_front = base64(await renderLicence({ portrait: photo(people.franck[1]) }));
    const made = await register('u-2', { document_front });
    assert.equal(made.body.status, 'rejected');
    assert.equal(made.body.last_error.code, 'duplicate_face');
  });
});

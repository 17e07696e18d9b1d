import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { checkDocument } from '../../../activities/documents/check-document.js';
import { understand } from '../../../activities/documents/understand.js';
import { failureType } from '../../../activities/failure-type.js';
import type { Policy, TextReader } from '../../../domain/policy.js';
import {
  type CardOptions,
  HOLDER,
  renderIdCardBack,
  renderIdCardFront,
  renderLargeIdCard,
  renderLicence,
  renderPassport,
} from '../../support/id-cards.js';
import { people, photo } from '../../support/photos.js';
import { type Account, calm, type Service, service } from '../../support/service.js';
import { policyWith } from '../../support/session-fixtures.js';
import { refOf, unreadable } from '../support/pictures.js';

const bieber = photo(people.bieber[0]);
/** Text is read by a model, on what the machine has left: like Temporal, ask again. */
async function patiently<T>(step: () => Promise<T>, tries = 8): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (tries <= 1 || failureType(error) !== 'DependencyUnavailable') throw error;
    return patiently(step, tries - 1);
  }
}

const TODAY = '2026-11-24';

/** On the twin with its real readers of faces and text. */
describe('the document check', function () {
  this.timeout(90_000);
  let idv: Service;
  let account: Account;
  before(async function () {
    idv = await service(this);
    account = await idv.account();
  });
  afterEach(() => calm(idv));

  async function store(bytes: Uint8Array) {
    const ref = refOf(bytes, 'idv-photos', `incoming/documents/${randomUUID()}`);
    await idv.ports.photos.put(ref, bytes, 'image/jpeg');
    return ref;
  }
  /** A session that waits for its photos. */
  async function session(profile: object = {}): Promise<string> {
    const body = { flow: 'registration', policy: 'document', user_id: randomUUID(), profile };
    return (await account.test('POST', '/v1/verification-sessions', body)).body.id;
  }
  async function check(
    front: Uint8Array,
    {
      back,
      profile,
      document,
    }: { back?: Uint8Array; profile?: object; document?: Partial<Policy['document']> } = {},
  ) {
    const sessionId = await session(profile);
    const photos = { front: await store(front), ...(back ? { back: await store(back) } : {}) };
    const policy = policyWith(document ? { document } : {});
    const request = { tenant: account.tenant, sessionId, attempt: 1, policy, ...photos };
    const { result, hash } = await patiently(() => checkDocument(idv.ports, request));
    const row = await idv.ports.sessions.read(account.tenant, sessionId);
    return { ...result, hash, kept: row?.document };
  }

  const fields = {
    issuingCountry: 'USA',
    firstNames: HOLDER.givenNames,
    lastName: HOLDER.surname,
    documentNumber: HOLDER.documentNumber,
    birthDate: HOLDER.birthDate,
    issueDate: HOLDER.issueDate,
    expiresOn: HOLDER.expirationDate,
  };

  it('passes a passport with a ghost portrait; its answer says nothing of the person', async () => {
    const { outcome, reasons, evidence, facts, hash, kept } = await check(
      await renderPassport({ ghost: true }),
      {
        profile: { name: 'Martin P. Kresler', birth_date: HOLDER.birthDate, document_number: 'd2314 5890' },
      },
    );
    assert.deepEqual([outcome, reasons, evidence.measures?.faces], ['passed', [], 2]);
    assert.deepEqual(kept, { fields: { ...fields, type: 'passport' }, hash });
    assert.deepEqual(
      facts?.map(({ operation }) => operation),
      ['DetectText', 'DetectFaces', 'CompareFaces'],
    );
    const told = JSON.stringify({ outcome, reasons, evidence, facts, hash });
    for (const value of Object.values(fields).filter((each) => each.length > 3))
      assert.ok(!told.toUpperCase().includes(value.toUpperCase()), value);
    assert.match(hash ?? '', /^[0-9a-f]{32}$/);
  });

  const cases: [string, () => Promise<Uint8Array>, Partial<Policy['document']>][] = [
    ['document_multiple_faces', () => renderPassport({ secondPerson: bieber }), {}],
    ['document_type_not_allowed', () => renderLicence(), { types: ['passport'] }],
    ['document_expired', () => renderLicence({ holder: { expirationDate: '2026-11-01' } }), {}],
    ['document_inconsistent', () => renderLargeIdCard({ broken: 'birthDate' }), {}],
    ['document_unreadable', async () => photo(people.franck[0]), {}],
    ['document_unreadable', async () => unreadable, {}],
  ];
  for (const [reason, render, document] of cases) {
    it(`says ${reason} of such a document`, async () => {
      const { outcome, reasons } = await check(await render(), { document });
      assert.deepEqual([outcome, reasons[0]], ['failed', reason]);
    });
  }

  it('says what else is wrong: no face, other data, a back that cannot be read; and keeps nothing it could not read', async () => {
    const faceless = await check(await renderIdCardBack(), { profile: { name: 'Somebody Else' } });
    assert.deepEqual(faceless.reasons, ['document_no_face', 'document_data_mismatch']);
    assert.equal(faceless.kept?.fields.documentNumber, HOLDER.documentNumber);

    const blank = await check(await renderIdCardFront(), { back: photo(people.franck[0]) });
    assert.deepEqual(
      [blank.reasons, blank.kept, blank.hash],
      [['document_back_unreadable'], undefined, undefined],
    );
  });

  it('is for an operator when the session’s row is gone', async () => {
    const front = await store(unreadable);
    const request = { tenant: account.tenant, sessionId: 'vs_gone', attempt: 1, front, policy: policyWith() };
    await assert.rejects(checkDocument(idv.ports, request), { type: 'OperatorMustAct', nonRetryable: true });
  });

  describe('by either reader', () => {
    const documents: [string, (options?: CardOptions) => Promise<Uint8Array>][] = [
      ['licence', renderLicence],
      ['passport', renderPassport],
      ['larger card', renderLargeIdCard],
    ];
    for (const [name, render] of documents) {
      it(`reads the same on a ${name}`, async () => {
        const front = await store(await render());
        const read = async (reader: TextReader) =>
          understand(await patiently(() => idv.ports.texts[reader].read({ front })), TODAY);
        const [byText, byId] = [await read('detect_text'), await read('analyze_id')];
        assert.ok('fields' in byText && 'fields' in byId);
        const { address: _, ...textFields } = byText.fields;
        const { address: __, ...idFields } = byId.fields;
        assert.deepEqual(idFields, textFields);
        assert.deepEqual({ ...textFields, type: undefined }, { ...fields, type: undefined });
        assert.ok(byText.consistent && byId.consistent);
      });
    }

    it('says which side is no photo, and fails as every call to AWS does', async () => {
      const [front, back] = [await store(await renderLicence()), await store(unreadable)];
      for (const reader of ['detect_text', 'analyze_id'] as const) {
        const text = await patiently(() => idv.ports.texts[reader].read({ front, back }));
        assert.deepEqual(['lines' in text.front, text.back], [true, { fault: 'unreadable' }]);
        assert.deepEqual(text.facts.at(1)?.fault, 'unreadable');
        const operation = reader === 'detect_text' ? 'DetectText' : 'AnalyzeID';
        const service = reader === 'detect_text' ? 'rekognition' : 'textract';
        for (const [error, type] of [
          ['ThrottlingException', 'Throttled'],
          ['AccessDeniedException', 'OperatorMustAct'],
        ] as const) {
          const refusal = { name: error, status: 400, message: 'quotes KRESLER' };
          idv.twin.faults.addRule({ service, operation, when: 'before', error: refusal });
          const failing = idv.ports.texts[reader].read({ front });
          await assert.rejects(failing, ({ type: found, message }: { type: string; message: string }) => {
            assert.ok(!message.includes('KRESLER'));
            return found === type;
          });
          calm(idv);
        }
      }
    });
  });
});

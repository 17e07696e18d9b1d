import assert from 'node:assert/strict';
import {
  type JudgedDocument,
  judgeDocument,
  judgeFaces,
  type TypedFields,
} from '../../domain/document-gates.js';
import type { DocumentPolicy } from '../../domain/policy.js';

const policy: Pick<DocumentPolicy, 'types' | 'compare'> = {
  types: ['passport', 'id_card'],
  compare: ['name', 'birth_date', 'document_number', 'address'],
};
const good: JudgedDocument = {
  fields: {
    type: 'passport',
    issuingCountry: 'USA',
    firstNames: 'MARTIN PAUL',
    lastName: 'KRESLER',
    documentNumber: 'D23145890',
    birthDate: '1974-08-12',
    expiresOn: '2026-11-24',
    address: '2570 24TH STREET, SACRAMENTO, CA 95818',
  },
  consistent: true,
  typed: {},
  truncated: false,
  today: '2026-11-24',
};
const judge = (changes: Partial<JudgedDocument>) => judgeDocument({ ...good, ...changes }, policy);
const without = (...names: (keyof JudgedDocument['fields'])[]) => ({
  fields: Object.fromEntries(
    Object.entries(good.fields).filter(([name]) => !names.includes(name as never)),
  ) as JudgedDocument['fields'],
});

describe('the gates of a document', () => {
  it('let a good one pass, on its last day as well', () => assert.deepEqual(judge({}), []));

  it('stop it the day after', () => assert.deepEqual(judge({ today: '2026-11-25' }), ['document_expired']));

  it('stop one that is not allowed, or of a kind nobody can tell', () => {
    const type = 'driving_licence' as const;
    assert.deepEqual(judge({ fields: { ...good.fields, type } }), ['document_type_not_allowed']);
    assert.deepEqual(judge(without('type')), ['document_type_not_allowed']);
  });

  it('stop one that contradicts itself', () => {
    assert.deepEqual(judge({ consistent: false }), ['document_inconsistent']);
  });

  it('stop one without what tells it from another, or without its end', () => {
    for (const name of ['documentNumber', 'birthDate', 'lastName', 'expiresOn'] as const)
      assert.deepEqual(judge(without(name)), ['document_unreadable'], name);
  });

  const agreeing: TypedFields[] = [
    { name: 'Martin Kresler' },
    { birthDate: '1974-08-12' },
    { documentNumber: 'd-23145 890' },
    { address: '2570 24th St., Sacramento 95818' },
    { address: '2570 24TH STREET SACRAMENTO CA 95818 USA' },
  ];
  const differing: TypedFields[] = [
    { name: 'Paula Kresler' },
    { birthDate: '1974-12-08' },
    { documentNumber: 'D23145891' },
    { address: '2571 24th St., Sacramento 95818' },
    { address: '2570 24th St., Sacramento 95819' },
    { address: '2570 Main Road, Springfield' },
  ];
  for (const typed of agreeing) {
    it(`find that ${JSON.stringify(typed)} agrees`, () => assert.deepEqual(judge({ typed }), []));
  }
  for (const typed of differing) {
    it(`find that ${JSON.stringify(typed)} differs`, () => {
      assert.deepEqual(judge({ typed }), ['document_data_mismatch']);
      assert.deepEqual(judgeDocument({ ...good, typed }, { ...policy, compare: [] }), [], 'unless not asked');
    });
  }

  it('find that what was typed and could not be read differs', () => {
    assert.deepEqual(judge({ ...without('address'), typed: { address: '1 Main Road' } }), [
      'document_data_mismatch',
    ]);
  });
});

describe('the faces of a document', () => {
  it('are none, one, one and its ghosts, or several people’s', () => {
    assert.deepEqual(judgeFaces(0, undefined), ['document_no_face']);
    assert.deepEqual(judgeFaces(1, undefined), []);
    assert.deepEqual(judgeFaces(2, [100, 86]), []);
    assert.deepEqual(judgeFaces(3, [100, 97, 81]), []);
    assert.deepEqual(judgeFaces(2, [100, 12]), ['document_multiple_faces']);
    assert.deepEqual(judgeFaces(3, [100, 97, 12]), ['document_multiple_faces']);
    // Seen, and not compared: it could be anybody's.
    assert.deepEqual(judgeFaces(2, [100]), ['document_multiple_faces']);
    assert.deepEqual(judgeFaces(2, undefined), ['document_multiple_faces']);
    assert.deepEqual(judgeFaces(2, [100, Number.NaN]), ['document_multiple_faces']);
  });
});

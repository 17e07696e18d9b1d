import assert from 'node:assert/strict';
import { type Printed, plainNumber, type Zone } from '../../domain/document.js';
import { normaliseDocument } from '../../domain/normalise-document.js';

const TODAY = '2026-11-24';

const zone: Zone = {
  documentCode: 'ID',
  issuingState: 'D<<',
  lastName: 'MUELLER',
  firstNames: 'JOERG MARTIN',
  names: 'MUELLER<<JOERG<MARTIN<<<<<<<<<',
  truncated: false,
  documentNumber: 'L01X00T47',
  birthDate: '740812',
  expiresOn: '350314',
  holds: true,
};
const printed: Printed = {
  title: 'BUNDESREPUBLIK DEUTSCHLAND / PERSONALAUSWEIS',
  firstNames: 'Jörg Martin',
  lastName: 'Müller',
  documentNumber: 'L01X00T47',
  birthDate: '12.08.1974',
  issueDate: '15.03.2025',
  expiresOn: '14.03.2035',
};
const read = (changes: Partial<Zone> | undefined, print: Printed) =>
  normaliseDocument(changes && { ...zone, ...changes }, print, TODAY);

describe('what a document says', () => {
  it('is what its zone says, with names as they are printed and what only print has', () => {
    assert.deepEqual(read({}, printed), {
      consistent: true,
      fields: {
        type: 'id_card',
        issuingCountry: 'DEU',
        firstNames: 'Jörg Martin',
        lastName: 'Müller',
        documentNumber: 'L01X00T47',
        birthDate: '1974-08-12',
        issueDate: '2025-03-15',
        expiresOn: '2035-03-14',
      },
    });
  });

  it('is what is printed where there is no zone', () => {
    const { fields, consistent } = read(undefined, {
      ...printed,
      title: 'CALIFORNIA / DRIVER LICENSE',
      country: 'California',
      birthDate: '04/05/1974',
    });
    assert.ok(consistent);
    assert.deepEqual(
      [fields.type, fields.issuingCountry, fields.birthDate],
      ['driving_licence', 'USA', '1974-04-05'],
    );
  });

  it('is inconsistent where a check digit is wrong or the two disagree', () => {
    assert.ok(!read({ holds: false }, printed).consistent);
    for (const other of [
      { documentNumber: 'L01X00T48' },
      { birthDate: '12.08.1975' },
      { expiresOn: '14.03.2034' },
      { lastName: 'Maier' },
      { firstNames: 'Peter' },
    ])
      assert.ok(!read({}, { ...printed, ...other }).consistent, JSON.stringify(other));
    assert.ok(read({}, { ...printed, documentNumber: 'LO1X0OT47' }).consistent, 'O read for 0');
    assert.ok(read({}, {}).consistent, 'nothing printed was read');
  });

  it('is not inconsistent for fillers that were read as letters: no check digit covers names', () => {
    const smudged = { names: 'MUELLERKJOERG<MARTIN<K<<<<<<K', lastName: 'MUELLERKJOERG', firstNames: 'K' };
    const { fields, consistent } = read(smudged, printed);
    assert.deepEqual([consistent, fields.lastName, fields.firstNames], [true, 'Müller', 'Jörg Martin']);
    assert.ok(!read({ ...smudged, names: 'MAIERKJOERG<MARTIN<K' }, printed).consistent);
  });

  it('is of the kind that its zone names, else that it calls itself', () => {
    const kinds: [Partial<Zone> | undefined, string, string | undefined][] = [
      [{ documentCode: 'P<' }, '', 'passport'],
      [{ documentCode: 'PD' }, '', 'passport'],
      [{ documentCode: 'VB' }, '', 'visa'],
      [{ documentCode: 'I<' }, '', 'id_card'],
      [{ documentCode: 'AR' }, '', 'residence_permit'],
      [{ documentCode: 'C1' }, 'UNITED STATES', 'residence_permit'],
      [{ documentCode: 'ID' }, 'FÜHRERSCHEIN', 'driving_licence'],
      [undefined, 'Driving Licence', 'driving_licence'],
      [undefined, 'PERMIS DE CONDUIRE', 'driving_licence'],
      [undefined, 'Residence Permit', 'residence_permit'],
      [undefined, 'IDENTIFICATION CARD', 'id_card'],
      [undefined, 'REISEPASS', 'passport'],
      [undefined, 'LIBRARY CARD', undefined],
    ];
    for (const [changes, title, type] of kinds)
      assert.equal(read(changes, { title }).fields.type, type, `${changes?.documentCode} ${title}`);
  });

  it('numbers are one whatever stands between, and whether O or 0 was read', () => {
    assert.equal(plainNumber('d 2314-5890'), plainNumber('D23I4589O'));
    assert.notEqual(plainNumber('D23145890'), plainNumber('D23145891'));
  });
});

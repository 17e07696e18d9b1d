import assert from 'node:assert/strict';
import type { Line, Outline, PageText } from '../../../local/text/text-engine.js';
import { identityFields } from '../../../local/textract/identity-fields.js';
import { mrzLines } from '../../support/machine-readable-zone.js';

type Written = readonly [x: number, y: number, text: string];

/** A page of 1000 x 600 pixels with texts of 30 pixels, 15 a character. */
function page(...texts: Written[]): PageText {
  return { width: 1000, height: 600, lines: texts.map(line) };
}

function line([x, y, text]: Written): Line {
  const outline = (from: number, to: number): Outline => {
    const [left, right, top, bottom] = [
      (x + 15 * from) / 1000,
      (x + 15 * to) / 1000,
      y / 600,
      (y + 30) / 600,
    ];
    return [
      { X: left, Y: top },
      { X: right, Y: top },
      { X: right, Y: bottom },
      { X: left, Y: bottom },
    ];
  };
  const words = [...text.matchAll(/\S+/g)].map(({ 0: word, index }) => {
    return { text: word, confidence: 95, outline: outline(index, index + word.length) };
  });
  return { text, confidence: 95, outline: outline(0, text.length), words };
}

function fields(...texts: Written[]): Record<string, string> {
  const found = identityFields(page(...texts)) as {
    Type: { Text: string };
    ValueDetection: { Text: string };
  }[];
  return Object.fromEntries(
    found.flatMap(({ Type, ValueDetection }) =>
      ValueDetection.Text && Type.Text !== 'ID_TYPE' ? [[Type.Text, ValueDetection.Text]] : [],
    ),
  );
}

describe('the fields of a document', () => {
  it('stand right of their labels, in the same line or another', () => {
    assert.deepEqual(fields([300, 100, 'LN'], [350, 102, 'DOE'], [300, 150, 'CLASS C END NONE']), {
      LAST_NAME: 'DOE',
      CLASS: 'C',
      ENDORSEMENTS: 'NONE',
    });
  });

  it('stand under their labels, where what is to the right is a label too', () => {
    const labels: Written[] = [
      [300, 100, 'Date of birth'],
      [600, 100, 'Sex'],
    ];
    assert.deepEqual(fields(...labels, [300, 140, '02 MAR 1980'], [600, 140, 'F']), {
      DATE_OF_BIRTH: '02 MAR 1980',
    });
  });

  it('are found under labels in three languages', () => {
    const given: Written = [300, 200, 'Given Names / Prénoms / Nombres'];
    assert.deepEqual(
      fields([300, 100, 'Surname / Nom / Apellidos'], [300, 140, 'DOE'], given, [300, 240, 'JANE ANN']),
      { LAST_NAME: 'DOE', FIRST_NAME: 'JANE', MIDDLE_NAME: 'ANN' },
    );
  });

  it('are told by the numbers of the licence standard alone', () => {
    const texts: Written[] = [
      [300, 100, '1 DOE'],
      [300, 150, '2 JOHN QUINCY III'],
      [300, 200, '8 12 MAIN ST'],
      [320, 250, 'SPRINGFIELD, IL 62704-1234'],
      [300, 300, '3 01/31/1980'],
      [300, 350, '4dD4567890'],
      [300, 400, '4b 01/31/2030'],
    ];
    assert.deepEqual(fields(...texts), {
      LAST_NAME: 'DOE',
      FIRST_NAME: 'JOHN',
      MIDDLE_NAME: 'QUINCY',
      SUFFIX: 'III',
      ADDRESS: '12 MAIN ST',
      CITY_IN_ADDRESS: 'SPRINGFIELD',
      STATE_IN_ADDRESS: 'IL',
      ZIP_CODE_IN_ADDRESS: '62704-1234',
      DATE_OF_BIRTH: '01/31/1980',
      DOCUMENT_NUMBER: 'D4567890',
      EXPIRATION_DATE: '01/31/2030',
    });
  });

  it('are found where reading lost spaces', () => {
    assert.deepEqual(fields([300, 100, '3DOB01/31/1980'], [300, 150, '4bEXP:01/31/2030']), {
      DATE_OF_BIRTH: '01/31/1980',
      EXPIRATION_DATE: '01/31/2030',
    });
  });

  it('are an address without a label, by its last line', () => {
    assert.deepEqual(fields([300, 100, '77 OAK AVE'], [300, 140, 'RENO NV 89501']), {
      ADDRESS: '77 OAK AVE',
      CITY_IN_ADDRESS: 'RENO',
      STATE_IN_ADDRESS: 'NV',
      ZIP_CODE_IN_ADDRESS: '89501',
    });
  });

  it('come from the machine-readable zone where nothing else is printed, also when fillers were lost', () => {
    const [first = '', second = '', third = ''] = mrzLines('TD1', {
      documentCode: 'I',
      issuingState: 'SVK',
      nationality: 'SVK',
      surname: 'Kováč',
      givenNames: 'Jana',
      documentNumber: 'SP1234567',
      birthDate: '1989-05-06',
      sex: 'F',
      expirationDate: '2031-05-05',
    });
    const lost = second.replace('<<<', '');
    const read: Written[] = [
      [50, 400, first.slice(0, 19)],
      [50, 450, lost],
      [50, 500, third.slice(0, 20)],
    ];
    assert.deepEqual(fields(...read), {
      LAST_NAME: 'KOVAC',
      FIRST_NAME: 'JANA',
      DOCUMENT_NUMBER: 'SP1234567',
      DATE_OF_BIRTH: '1989-05-06',
      EXPIRATION_DATE: '2031-05-05',
      MRZ_CODE: [first, second, third].join('\n'),
    });
  });
});

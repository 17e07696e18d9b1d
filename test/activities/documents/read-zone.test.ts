import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readZone } from '../../../activities/documents/read-zone.js';
import {
  type CheckDigit,
  type MrzData,
  type MrzFormat,
  mrzLines,
} from '../../support/machine-readable-zone.js';

const FORMATS: readonly MrzFormat[] = ['TD1', 'TD2', 'TD3'];

const word = fc.stringMatching(/^[A-Z]{2,8}$/);
const date = (from: string, to: string) =>
  fc
    .date({ min: new Date(from), max: new Date(to), noInvalidDate: true })
    .map((value) => value.toISOString().slice(0, 10));
const holder: fc.Arbitrary<MrzData & { format: MrzFormat }> = fc
  .record({
    format: fc.constantFrom(...FORMATS),
    issuingState: fc.constantFrom('USA', 'SVK', 'D', 'GBR'),
    nationality: fc.constantFrom('USA', 'SVK', 'D', 'GBR'),
    surname: word,
    givenNames: fc.array(word, { minLength: 1, maxLength: 2 }).map((names) => names.join(' ')),
    documentNumber: fc.stringMatching(/^[A-Z0-9]{5,9}$/),
    birthDate: date('1930-01-01', '2020-12-31'),
    sex: fc.constantFrom('M' as const, 'F' as const, 'X' as const),
    expirationDate: date('2020-01-01', '2040-12-31'),
  })
  .map((data) => ({ ...data, documentCode: data.format === 'TD3' ? 'P' : 'ID' }));

const short = (iso: string) => iso.slice(2).replaceAll('-', '');
const zoneOf = (lines: readonly string[]) => {
  const zone = readZone(lines);
  assert.ok(typeof zone === 'object', JSON.stringify(lines));
  return zone;
};
const CARD: MrzData = {
  documentCode: 'ID',
  issuingState: 'USA',
  nationality: 'USA',
  surname: 'KRESLER',
  givenNames: 'MARTIN PAUL',
  documentNumber: 'D23145890',
  birthDate: '1974-08-12',
  sex: 'M',
  expirationDate: '2035-03-14',
};

describe('the machine-readable zone', () => {
  it('of every format says what was put into it, among other text, with fillers lost at random', () => {
    fc.assert(
      fc.property(holder, fc.integer({ min: 0, max: 4 }), ({ format, ...data }, lost) => {
        const lines = mrzLines(format, data).map((line) => withoutFillers(line, lost));
        const zone = zoneOf(['IDENTITY CARD', data.surname, ...lines, 'No. 17']);
        assert.deepEqual(
          [zone.holds, zone.lastName, zone.firstNames, zone.documentNumber, zone.birthDate, zone.expiresOn],
          [
            true,
            data.surname,
            data.givenNames,
            data.documentNumber,
            short(data.birthDate),
            short(data.expirationDate),
          ],
        );
        assert.equal(zone.issuingState, data.issuingState);
      }),
    );
  });

  it('holds only where every check digit does', () => {
    const digits: CheckDigit[] = ['documentNumber', 'birthDate', 'expirationDate', 'composite'];
    for (const format of FORMATS) {
      const data = format === 'TD3' ? { ...CARD, documentCode: 'P' } : CARD;
      assert.ok(zoneOf(mrzLines(format, data)).holds);
      for (const digit of digits)
        assert.ok(!zoneOf(mrzLines(format, data, digit)).holds, `${format} ${digit}`);
    }
  });

  it('is mended where letters were read for digits, if the digits hold then', () => {
    const lines = mrzLines('TD1', CARD);
    const slipped = lines.map((line, at) => (at === 1 ? line.replace('7408122', '74O8I22') : line));
    assert.deepEqual(zoneOf(slipped), zoneOf(lines));
    const wrong = lines.map((line, at) => (at === 1 ? line.replace('7408122', '74O9I22') : line));
    assert.ok(!zoneOf(wrong).holds);
  });

  it('of a visa has no digit over all', () => {
    const visa = mrzLines('TD3', { ...CARD, documentCode: 'V' }, 'composite');
    assert.ok(zoneOf(visa).holds);
    assert.ok(!zoneOf(mrzLines('TD3', { ...CARD, documentCode: 'V' }, 'birthDate')).holds);
  });

  it('tells that its names had no room', () => {
    const givenNames = 'MAXIMILIAN SEBASTIANUS';
    assert.deepEqual(
      [zoneOf(mrzLines('TD1', { ...CARD, givenNames })).truncated, zoneOf(mrzLines('TD1', CARD)).truncated],
      [true, false],
    );
  });

  it('is none where there is none, and unreadable where only pieces of one are left', () => {
    assert.equal(readZone([]), undefined);
    assert.equal(readZone(['DRIVER LICENSE', 'SAMPLE', '<<']), undefined);
    const [first = '', second = ''] = mrzLines('TD1', CARD);
    assert.equal(readZone([first, second]), 'unreadable');
  });

  it('never throws, whatever was read', () => {
    const line = fc.string({ unit: fc.constantFrom(...'AB01<< «'), minLength: 0, maxLength: 50 });
    fc.assert(fc.property(fc.array(line, { maxLength: 6 }), (lines) => void readZone(lines)));
  });
});

/** As readers lose them: some of the longest run. */
function withoutFillers(line: string, lost: number): string {
  const [longest = ''] = [...line.matchAll(/<+/g)].map(([run]) => run).sort((a, b) => b.length - a.length);
  const kept = Math.max(Math.min(longest.length, 2), longest.length - lost);
  return line.replace(longest, '<'.repeat(kept));
}

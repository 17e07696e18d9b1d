import assert from 'node:assert/strict';
import fc from 'fast-check';
import { orderOf, printedDate, zoneDate } from '../../domain/document-dates.js';

const TODAY = '2026-11-24';
const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');

const day = fc
  .date({ min: new Date('1930-01-01'), max: new Date('2069-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

describe('dates on documents', () => {
  it('are read in every form that says what it means', () => {
    fc.assert(
      fc.property(day, (date) => {
        const [year = '', month = '', ofMonth = ''] = date.split('-');
        const name = MONTHS[Number(month) - 1];
        for (const text of [
          date,
          `${year}.${month}.${ofMonth}`,
          `${ofMonth} ${name} ${year}`,
          `${ofMonth} ${name}/${name} ${year}`,
          `${ofMonth}-${name}-${year}`,
          `${name} ${Number(ofMonth)}, ${year}`,
          `${year} ${name} ${ofMonth}`,
        ])
          assert.equal(printedDate(text, undefined), date, text);
        assert.equal(printedDate(`${month}/${ofMonth}/${year}`, 'month_first'), date);
        assert.equal(printedDate(`${ofMonth}.${month}.${year}`, 'day_first'), date);
      }),
    );
  });

  it('with numbers only go by the country, else by another date of the document, else they are not read', () => {
    assert.equal(printedDate('04/05/2030', orderOf('USA', [])), '2030-04-05');
    assert.equal(printedDate('04/05/2030', orderOf('GBR', [])), '2030-05-04');
    assert.equal(printedDate('04/05/2030', orderOf(undefined, ['04/05/2030', '08/22/1974'])), '2030-04-05');
    assert.equal(printedDate('04/05/2030', orderOf(undefined, ['04/05/2030', '22/08/1974'])), '2030-05-04');
    assert.equal(printedDate('04/05/2030', orderOf(undefined, ['04/05/2030'])), undefined);
    assert.equal(printedDate('13/05/2030', 'month_first'), '2030-05-13');
    assert.equal(printedDate('05/05/2030', undefined), '2030-05-05');
  });

  it('that no calendar has are none', () => {
    for (const text of ['31/02/2030', '2030-13-01', '32 JAN 2030', '00/00/0000', 'NONE', '12 FOO 2030'])
      assert.equal(printedDate(text, 'day_first'), undefined, text);
  });

  it('of two digits mean what makes sense today', () => {
    assert.equal(zoneDate('740812', 'birth', TODAY), '1974-08-12');
    assert.equal(zoneDate('261124', 'birth', TODAY), '2026-11-24');
    assert.equal(zoneDate('261125', 'birth', TODAY), '1926-11-25');
    assert.equal(zoneDate('350314', 'expiry', TODAY), '2035-03-14');
    assert.equal(zoneDate('991231', 'expiry', TODAY), '1999-12-31');
    assert.equal(zoneDate('29<<<<', 'birth', TODAY), undefined);
    assert.equal(zoneDate('010229', 'birth', TODAY), undefined);
  });
});

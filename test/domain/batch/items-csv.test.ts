import assert from 'node:assert/strict';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import type { ItemOutcome } from '../../../domain/batch/item.js';
import { itemCsvRow, itemsCsvHeader } from '../../../domain/batch/items-csv.js';

const item: ItemOutcome = {
  itemId: 'abc',
  chunk: 3,
  status: 'indexed',
  uri: 's3://photos/a.jpg',
  at: Date.parse('2026-03-02T10:00:00Z'),
};

const read = (...items: ItemOutcome[]): Record<string, string>[] =>
  parse(itemsCsvHeader + items.map(itemCsvRow).join(''), { columns: true, record_delimiter: '\r\n' });

describe('itemCsvRow', () => {
  it('has a column for everything the ledger says', () => {
    const face = { faceId: 'f', collection: 'c', faceModelVersion: '7.0' };
    assert.equal(
      itemCsvRow({ ...item, userId: 'u', face, line: 7, duplicate: true, attributes: { team: 'a' } }),
      'abc,indexed,,,s3://photos/a.jpg,u,7,f,c,7.0,true,"{""team"":""a""}",3,2026-03-02T10:00:00.000Z\r\n',
    );
    assert.deepEqual(
      read({ ...item, status: 'dead_letter', reason: 'throttled', attempts: 5 }).map((row) => [
        row.status,
        row.reason,
        row.attempts,
        row.user_id,
      ]),
      [['dead_letter', 'throttled', '5', '']],
    );
  });

  it('lets no spreadsheet take text for a formula', () => {
    for (const userId of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1'])
      assert.equal(read({ ...item, userId })[0]?.user_id, `'${userId}`);
  });

  it('keeps any other text as it is', () => {
    const text = fc
      .oneof(
        fc.string({ unit: 'binary', maxLength: 8 }),
        fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', 'a') }),
      )
      .filter((value) => !/^[=+\-@\t\r\n＝＋－＠]/.test(value));
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 3 }), (texts) => {
        const rows = read(...texts.map(([uri, userId]) => ({ ...item, uri, userId })));
        assert.deepEqual(
          rows.map(({ uri, user_id }) => [uri, user_id]),
          texts,
        );
      }),
      { numRuns: 20 },
    );
  });
});

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { linksOf, readDocument, root, tableRows } from './links.js';

const file = 'docs/defects.md';

describe('docs/defects.md', () => {
  const rows = tableRows(readDocument(file));

  it('has a row for each of the 14', () => {
    assert.deepEqual(
      rows.map(([number]) => Number(number)),
      Array.from({ length: 14 }, (_, i) => i + 1),
    );
  });

  it('leads to every test of a defect, each from the row of its number and named after it', () => {
    const linked = rows.flatMap(([number = '', , cell = '']) =>
      linksOf(file, cell).map((path) => ({ number: number.padStart(2, '0'), path })),
    );
    const tests = readdirSync(join(root, 'test/defects')).filter((name) => name.endsWith('.test.ts'));
    assert.deepEqual(
      linked.map(({ path }) => path).sort(),
      tests.map((name) => `test/defects/${name}`).sort(),
    );
    for (const { number, path } of linked) {
      assert.ok(path.startsWith(`test/defects/${number}-`), path);
      assert.match(
        readFileSync(join(root, path), 'utf8'),
        new RegExp(`describe\\('Defect ${Number(number)} of`),
      );
    }
  });

  it('says why there is no test where there is none', () => {
    const without = rows.filter(([, , cell = '']) => linksOf(file, cell).length === 0);
    assert.deepEqual(
      without.map(([number, , cell]) => [number, /^cannot happen: \w/.test(cell ?? '')]),
      [['13', true]],
    );
  });
});

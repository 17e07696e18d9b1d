import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { linksOf, readDocument, root, tableRows } from './links.js';

const file = 'docs/whitepaper.md';
const tables = tableRows(readDocument(file));
const topics = new Set(tables.filter((cells) => cells.length === 2).map(([topic]) => topic));
const rows = tables.filter((cells) => cells.length === 4);

describe(file, () => {
  it('numbers every recommendation', () => {
    assert.ok(rows.length > 100);
    assert.deepEqual(
      rows.map(([number]) => number),
      rows.map((_, at) => String(at + 1)),
    );
  });

  for (const [number, says = '', outcome = '', where = ''] of rows) {
    if (outcome === 'done') {
      it(`${number}. ${says}: is done and tested`, () => {
        const links = linksOf(file, where).filter((link) => !link.startsWith('docs/decisions/'));
        const tests = links.filter((link) => link.startsWith('test/'));
        for (const link of links) assert.ok(existsSync(join(root, link)), `${link} is not there`);
        assert.ok(tests.length > 0 && tests.every((link) => link.endsWith('.test.ts')), 'links its tests');
        assert.ok(links.length > tests.length, 'links its code');
      });
    }
  }

  it('says of all others which topic brings them, or why they are left out', () => {
    for (const [number, , outcome = '', where = ''] of rows.filter(([, , result]) => result !== 'done')) {
      const [, topic] = /^planned: (.+)$/.exec(outcome) ?? [];
      if (topic === undefined) assert.equal(outcome, 'excluded', `row ${number}`);
      assert.ok(
        topic === undefined ? where.length > 10 : topics.has(topic),
        `row ${number}: ${topic ?? 'why?'}`,
      );
    }
  });
});

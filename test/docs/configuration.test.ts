import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isCode, readSources } from '../architecture/sources.js';
import { readDocument, root, tableRows } from './links.js';

const NAME = /\bIDV_[A-Z0-9_]*[A-Z0-9]\b/g;

const names = (text: string): string[] => text.match(NAME) ?? [];
const sorted = (all: Iterable<string>): string[] => [...new Set(all)].sort();

/** The code without its tests, which have variables of their own making, and what the images run. */
const code = [
  ...readSources().filter((source) => isCode(source) && !source.path.startsWith('test/')),
  ...['Dockerfile', 'docker-compose.yml', 'docker/idv', '.env.example'].map((path) => ({
    path,
    text: readFileSync(join(root, path), 'utf8'),
  })),
];

describe('docs/configuration.md', () => {
  const rows = tableRows(readDocument('docs/configuration.md'));

  it('has a row for each variable that the code names, and for no other', () => {
    const listed = rows.flatMap(([cell]) => names(cell ?? ''));
    assert.deepEqual(sorted(listed), sorted(code.flatMap(({ text }) => names(text))));
    assert.equal(listed.length, new Set(listed).size, 'each once');
  });

  it('says of each what it means, what holds without it and who reads it', () => {
    for (const cells of rows) {
      assert.equal(cells.length, 4, cells[0]);
      assert.ok(cells.every(Boolean), cells[0]);
    }
  });
});

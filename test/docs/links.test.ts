import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { brokenLinks, brokenPaths, root } from './links.js';

const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

describe('Links and paths in the documentation', () => {
  for (const file of documents) {
    it(`of ${file} lead somewhere`, () => {
      assert.deepEqual([...brokenLinks(file), ...brokenPaths(file)], []);
    });
  }
});

import assert from 'node:assert/strict';
import { fitOf, guessTemplate } from '../../cli/batch/guess-template.js';

describe('a guess at whose photos a folder has', () => {
  it('is a template, whatever the names of folders and files are', () => {
    const prefix = 'imports/a/test/staff {2026}/';
    for (const [names, expected] of [
      [['ann/1.jpg', 'bob/{2}.jpg'], 'imports/a/test/*/{user_id}/*'],
      [['ann.{1}', 'bob.{1}'], 'imports/a/test/*/{user_id}'],
      [['ann.jpg', 'b*b.jpg'], 'imports/a/test/*/{user_id}.jpg'],
    ] as const) {
      const keys = names.map((name) => prefix + name);
      const template = guessTemplate(prefix, keys);
      assert.equal(template, expected);
      assert.deepEqual(fitOf(template, keys), { template, users: 2, misfits: 0 });
    }
  });
});

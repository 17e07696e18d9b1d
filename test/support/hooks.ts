import { teardown } from './teardown.js';

/** Mocha's root hooks (`require` in .mocharc.json). */
export const mochaHooks: Mocha.RootHookObject = {
  afterAll: teardown,
};

import assert from 'node:assert/strict';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { CLI_VERSION } from '../../local/temporal/dev-server-candidates.js';
import { devEnv } from '../support/temporal-env.js';
import { readDocument } from './links.js';

const file = 'docs/operations.md';
const text = readDocument(file);
const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block]) => block ?? '');
const queries = blocks.flatMap((block) =>
  [...block.matchAll(/--query '([^'\n]+)'/g)].map(([, query]) => query),
);

describe(file, function () {
  this.timeout(60_000);

  it('names the directory of the Temporal CLI that is fetched or built', () => {
    assert.ok(text.includes(`\`temporal-${CLI_VERSION}/\``));
  });

  describe('the queries', () => {
    let env: TestWorkflowEnvironment;
    before(async function () {
      env = await devEnv(this);
    });

    it('are there', () => assert.ok(queries.length >= 5, `${queries.length} queries found`));

    for (const query of queries) {
      it(`${query}: is understood by the server`, async () => {
        await env.client.workflow.count(query);
        for await (const _ of env.client.workflow.list({ query: query ?? '', pageSize: 1 })) break;
      });
    }
  });
});

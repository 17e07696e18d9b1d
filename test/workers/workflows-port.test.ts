import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { createWorkflows } from '../../workers/workflows-port.js';
import { devEnv } from '../support/temporal-env.js';

const tenant = { account: 'acme', mode: 'test' } as const;

describe('what Temporal says of a workflow', function () {
  this.timeout(60_000);
  let env: TestWorkflowEnvironment;
  before(async function () {
    env = await devEnv(this);
  });

  it('is that it has ended where there is none, and nothing where it does not know the namespace', async () => {
    const asked = (namespace: string) =>
      createWorkflows(env.nativeConnection, namespace).session(tenant, randomUUID());
    assert.equal(await asked('default'), 'ended');
    assert.equal(await asked('mistyped'), 'unknown');
  });
});

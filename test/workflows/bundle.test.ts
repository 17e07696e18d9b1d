import assert from 'node:assert/strict';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { workflowBundle } from '../support/workflow-bundle.js';

/**
 * Bytes without the source map: what one workflow sandbox compiles. Measured 884,606 with SDK 1.24.0 and ten workflows (451,000 of it the SDK), and a tenth more. When
 * it is reached, see what came in (the test's message counts modules by package) before raising it.
 */
const MOST_BYTES = 960_000;

/** What Temporal's SDK brings along. */
const PACKAGES = ['@temporalio/common', '@temporalio/workflow', 'long', 'ms', 'nexus-rpc'];

const NODE_MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));

const programOf = (code: string) => code.replace(/^\/\/# sourceMappingURL=.*$/m, '');

/** webpack names each module in a comment before it. */
const modulesOf = (code: string) =>
  [...code.matchAll(/^\/\*\*\*\/ "([^"]+)"/gm)].map(([, path = '']) => path);

/** How many modules of each package a bundle has. */
function packagesOf(code: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const path of modulesOf(code)) {
    const name = /node_modules\/((?:@[^/]+\/)?[^/]+)(?!.*node_modules)/.exec(path)?.[1];
    if (name) counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

describe('the workflow bundle', function () {
  this.timeout(60_000);

  it('holds the workflows and the rules they go by, and of packages only what Temporal brings along', async () => {
    const { code } = await workflowBundle();
    for (const path of ['./workflows/registration.ts', './workflows/authentication.ts', './domain/race.ts'])
      assert.ok(modulesOf(code).includes(path), path);
    assert.deepEqual(Object.keys(packagesOf(code)).sort(), PACKAGES);
  });

  it('holds none of the activities, the API or the stand-in for AWS', async () => {
    const { code } = await workflowBundle();
    assert.deepEqual(
      modulesOf(code).filter((path) => /^\.\/(activities|api|cli|local|telemetry|test)\//.test(path)),
      [],
    );
  });

  it(`is smaller than ${MOST_BYTES} bytes`, async () => {
    const { code } = await workflowBundle();
    const bytes = Buffer.byteLength(programOf(code));
    assert.ok(bytes < MOST_BYTES, `${bytes} bytes; modules by package: ${JSON.stringify(packagesOf(code))}`);
  });

  it('would show zod if a workflow imported it', async () => {
    const directory = temporaryDirectory();
    try {
      const workflowsPath = join(directory.path, 'index.ts');
      symlinkSync(NODE_MODULES, join(directory.path, 'node_modules'), 'junction');
      writeFileSync(workflowsPath, "export { z } from 'zod';\n");
      const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('WARN') });
      assert.ok(packagesOf(code).zod, JSON.stringify(packagesOf(code)));
      assert.ok(Buffer.byteLength(programOf(code)) > MOST_BYTES);
    } finally {
      directory.remove();
    }
  });
});

import assert from 'node:assert/strict';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../../../local/run-command.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

const child = fileURLToPath(new URL('./telemetry-child.ts', import.meta.url));

describe('the face engine', function () {
  this.timeout(60_000);

  it('keeps nothing for Microsoft: no telemetry of ONNX Runtime', async () => {
    const directory = temporaryDirectory();
    const [TMPDIR, XDG_CACHE_HOME] = ['tmp', 'cache'].map((name) => join(directory.path, name)) as [
      string,
      string,
    ];
    for (const path of [TMPDIR, XDG_CACHE_HOME]) mkdirSync(path);
    const { ORT_DISABLE_TELEMETRY: _, ...inherited } = process.env;
    const { stdout, problem } = await runCommand(process.execPath, ['--import', 'tsx', child], {
      env: { ...inherited, TMPDIR, XDG_CACHE_HOME },
      timeout: 50_000,
    });
    assert.equal(problem, undefined);
    assert.match(stdout, /^1 face$/m);
    const left = [...readdirSync(TMPDIR), ...readdirSync(XDG_CACHE_HOME)];
    assert.deepEqual(
      left.filter((name) => /mat-debug|microsoft/i.test(name)),
      [],
    );
    directory.remove();
  });
});

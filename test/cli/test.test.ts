import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../cli/project-root.js';
import { summary, type TestReport, test } from '../../cli/test.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

describe('counting tests', () => {
  it('closes with the counts, and with skips where there are any', () => {
    assert.equal(summary({ passed: 12, failed: 0, skipped: [] }), '12 passed, 0 failed');
    const skipped = [{ title: 'a', reason: 'b' }];
    assert.equal(summary({ passed: 3, failed: 1, skipped }), '3 passed, 1 failed, 1 skipped');
  });

  it('refuses what is no file before it does anything else', async () => {
    await assert.rejects(test(['test/absent.test.ts', 'test'], {}), {
      message: 'No such test file: test/absent.test.ts, test',
    });
  });

  const directory = temporaryDirectory();
  after(directory.remove);

  async function run(requireAll: string) {
    writeFileSync(join(directory.path, 'package.json'), '{"type":"module"}');
    const requirement = join(projectRoot(), 'test', 'support', 'requirement.js');
    writeFileSync(
      join(directory.path, 'some.test.ts'),
      `import { requirement } from ${JSON.stringify(requirement)};
       describe('some', () => {
         it('passes', () => {});
         it('fails', () => { throw new Error('as it should'); });
         it('lacks', function () { requirement(this, 'a moon', 'there is none'); });
         describe('others', () => {
           before(function () { requirement(this, 'a sun', 'it is night'); });
           it('one', () => {});
           it('two', () => {});
         });
       });`,
    );
    const program = join(projectRoot(), 'test', 'support', 'run.ts');
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', program, join(directory.path, 'some.test.ts')],
      {
        cwd: projectRoot(),
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
        env: { ...process.env, IDV_REQUIRE_ALL: requireAll },
      },
    );
    const [report] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [TestReport];
    return report;
  }

  it('lists each skip by name and reason', async () => {
    assert.deepEqual(await run(''), {
      passed: 1,
      failed: 1,
      skipped: [
        { title: 'some lacks', reason: 'needs a moon: there is none' },
        { title: 'some others one', reason: 'needs a sun: it is night' },
        { title: 'some others two', reason: 'needs a sun: it is night' },
      ],
    });
  });

  it('makes a skip a failure where everything is required', async () => {
    assert.deepEqual(await run('1'), { passed: 1, failed: 3, skipped: [] });
  });
});

/**
 * Runs test files and tells the parent process what came of it: `node --import tsx test/support/run.ts [--grep text] files…`.
 * A program of its own and not mocha's, because the end of `npm test` lists each skip with its reason.
 */
import { join } from 'node:path';
import Mocha from 'mocha';
import type { TestReport } from '../../cli/test.js';
import type { SkippedTest } from './requirement.js';

const args = process.argv.slice(2);
const grep = args[0] === '--grep' ? args.splice(0, 2)[1] : undefined;

const mocha = new Mocha({
  timeout: 20_000,
  reporter: 'spec',
  ...(grep ? { grep } : {}),
});
for (const file of [join(import.meta.dirname, 'hooks.ts'), ...args]) mocha.addFile(file);
await mocha.loadFilesAsync();

const report: TestReport = { passed: 0, failed: 0, skipped: [] };
mocha
  .run(() => {
    // Not left to an empty event loop: a handle that a test forgot must not hold the run.
    process.send ? process.send(report, () => process.exit()) : process.exit();
  })
  .on('pass', () => {
    report.passed += 1;
  })
  .on('fail', () => {
    report.failed += 1;
  })
  .on('pending', (test: Mocha.Test & SkippedTest) => {
    report.skipped.push({ title: test.fullTitle(), reason: test.skipReason ?? 'no reason given' });
  });

import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { spawnGuarded, stopProcess } from '../local/guarded-process.js';
import { duration, type Log } from '../local/progress.js';
import { runCommand } from '../local/run-command.js';
import { PROGRAM_CANDIDATES } from '../local/temporal/dev-server-candidates.js';
import { findDevServer } from '../local/temporal/find-dev-server.js';
import { findTimeSkippingServer } from '../local/temporal/time-skipping-server.js';
import { projectRoot } from './project-root.js';
import { stopSignal } from './stop-signal.js';

/** What came of a run; also what test/support/run.ts sends us. */
export interface TestReport {
  passed: number;
  failed: number;
  skipped: { title: string; reason: string }[];
}

/** Each counts as one test. */
const STATIC_CHECKS = [
  { name: 'types', command: 'tsc', args: ['--noEmit'] },
  { name: 'style', command: 'biome', args: ['check', '.'] },
  { name: 'dead code', command: 'knip', args: [] },
] as const;

/**
 * Sets up what the tests need, runs them (and, without `files`, the static checks), lists the skips with their reasons
 * and prints `N passed, N failed` (`, N skipped`) as the last line. Answers the exit code: 1 after a failure, and after
 * a skip where IDV_REQUIRE_ALL=1 says that this machine has all that it takes.
 * @throws Error naming those of `files` that are none
 */
export async function test(files: readonly string[], options: { grep?: string }): Promise<number> {
  const none = files.filter((file) => !statSync(file, { throwIfNoEntry: false })?.isFile());
  if (none.length > 0) throw new Error(`No such test file: ${none.join(', ')}`);
  const root = projectRoot();
  const log: Log = (line) => console.log(line);
  const signal = stopSignal();
  await prepareServers(log, signal);

  const checks = files.length === 0 && !options.grep ? await runStaticChecks(root, log, signal) : [];
  const grep = options.grep ? ['--grep', options.grep] : [];
  const tests: TestReport[] = [];
  for (const together of files.length > 0 ? [[files]] : shifts(testFiles(root))) {
    const runs = together.map((part, at) => runTests(root, [...grep, ...part], signal, at === 0));
    tests.push(...(await Promise.all(runs)));
  }
  if (signal.aborted) return 130;

  const report = sum([...checks, ...tests]);
  for (const { title, reason } of report.skipped) log(`skipped: ${title}\n         ${reason}`);
  log(summary(report));
  const requireAll = process.env.IDV_REQUIRE_ALL === '1';
  return report.failed > 0 || (requireAll && report.skipped.length > 0) ? 1 : 0;
}

/** The closing line of a run. */
export function summary({ passed, failed, skipped }: TestReport): string {
  const counts = [`${passed} passed`, `${failed} failed`];
  if (skipped.length > 0) counts.push(`${skipped.length} skipped`);
  return counts.join(', ');
}

/** Ahead of the tests, which do not wait for minutes; what is missing is their affair: they are skipped. */
async function prepareServers(log: Log, signal: AbortSignal): Promise<void> {
  const context = { env: process.env, log, signal };
  await findDevServer(context, PROGRAM_CANDIDATES).catch((error: Error) => log(error.message));
  signal.throwIfAborted();
  await findTimeSkippingServer(context);
}

async function runStaticChecks(root: string, log: Log, signal: AbortSignal): Promise<TestReport[]> {
  const reports: TestReport[] = [];
  for (const { name, command, args } of STATIC_CHECKS) {
    const started = performance.now();
    const program = join(root, 'node_modules', '.bin', command);
    const { stdout, stderr, problem } = await runCommand(program, args, {
      cwd: root,
      timeout: 300_000,
      signal,
    });
    log(`${problem ? '✗' : '✔'} ${name} (${command}, ${duration((performance.now() - started) / 1000)})`);
    if (problem) log(`${stdout}${stderr}\n${command} ${problem}`);
    reports.push({ passed: problem ? 0 : 1, failed: problem ? 1 : 0, skipped: [] });
  }
  return reports;
}

function testFiles(root: string): string[] {
  return readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .sort()
    .map((file) => join(root, 'test', file));
}

/** Rooms whose tests want the whole service, or a Temporal server at least. */
const WITH_TEMPORAL = ['api', 'cli', 'defects', 'workers', 'workflows'];

/** What runs side by side, shift by shift: half of the tests waits for a server most of the time. The sweep is timed. */
function shifts(files: readonly string[]): string[][][] {
  const room = (file: string) => file.split(`${sep}test${sep}`).at(-1)?.split(sep)[0] ?? '';
  const sweep = files.filter((file) => room(file) === 'faults');
  const waiting = files.filter((file) => WITH_TEMPORAL.includes(room(file)));
  const others = files.filter((file) => !sweep.includes(file) && !waiting.includes(file));
  return [[waiting, others], [sweep]];
}

/**
 * Runs the files in a process of their own, so that a crash there is a failure here and not the end.
 * @param aloud its output is shown as it comes; otherwise once it has ended
 */
async function runTests(
  root: string,
  args: readonly string[],
  signal: AbortSignal,
  aloud: boolean,
): Promise<TestReport> {
  const program = join(root, 'test', 'support', 'run.ts');
  const output = aloud ? 'inherit' : 'pipe';
  const child = spawnGuarded(process.execPath, [...process.execArgv, program, ...args], {
    stdio: ['ignore', output, output, 'ipc'],
  });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part: Buffer) => said.push(part));
  const stop = () => void stopProcess(child);
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  let report: TestReport | undefined;
  child.on('message', (message) => {
    report = message as TestReport;
  });
  const [code, killedBy] = await once(child, 'close');
  process.stdout.write(Buffer.concat(said));
  if (report) return report;
  console.error(`The test run ended with ${killedBy ?? `code ${code}`} before it was through.`);
  return { passed: 0, failed: 1, skipped: [] };
}

function sum(reports: readonly TestReport[]): TestReport {
  return {
    passed: reports.reduce((total, { passed }) => total + passed, 0),
    failed: reports.reduce((total, { failed }) => total + failed, 0),
    skipped: reports.flatMap(({ skipped }) => skipped),
  };
}

import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDirectory } from '../cache-directory.js';
import { withProgress } from '../progress.js';
import { findOnPath, isExecutable, runCommand } from '../run-command.js';
import type { SearchContext } from './dev-server-candidates.js';
import { downloadServer } from './download.js';

/** The release of Temporal's test server that skips time; it is a part of the Java SDK. */
const VERSION = '1.35.0';
const MAIN_CLASS = 'io.temporal.testserver.TestServer';

/** The program that starts a time-skipping server (to be given as `existing-path`), or why there is none. */
export type TimeSkippingServer = { path: string } | { missing: string };

interface Candidate {
  name: string;
  cost: 'instant' | 'download' | 'build';
  find: (directory: string, context: SearchContext) => Promise<TimeSkippingServer>;
}

const CANDIDATES: readonly Candidate[] = [
  { name: 'cache', cost: 'instant', find: fromCache },
  { name: 'download', cost: 'download', find: fromDownload },
  { name: 'Maven', cost: 'build', find: fromMaven },
];

/**
 * Finds the time-skipping test server or fetches it into the cache: as the SDKs do, otherwise from Maven Central with
 * Java. `instant` looks only at what is there. Never throws for a missing server: tests that need it are skipped.
 */
export async function findTimeSkippingServer(
  context: SearchContext,
  { instant = false } = {},
): Promise<TimeSkippingServer> {
  const directory = join(cacheDirectory(context.env), `temporal-test-server-${VERSION}`);
  const reasons: string[] = [];
  for (const { name, find } of CANDIDATES.filter(({ cost }) => !instant || cost === 'instant')) {
    const found = await find(directory, context);
    if ('path' in found) {
      context.log(`Time-skipping server: ${found.path}`);
      return found;
    }
    reasons.push(`${name}: ${found.missing}`);
    context.log(`Time-skipping server, not from ${name}: ${found.missing}`);
    context.signal?.throwIfAborted();
  }
  return { missing: reasons.join('; ') };
}

async function fromCache(directory: string, { env }: SearchContext): Promise<TimeSkippingServer> {
  const native = join(directory, NATIVE);
  if (isExecutable(native)) return { path: native };
  const launcher = join(directory, LAUNCHER);
  if (!isExecutable(launcher)) return { missing: `nothing in ${directory} yet` };
  return findOnPath('java', env) ? { path: launcher } : { missing: `${launcher} needs Java` };
}

async function fromDownload(directory: string, { log, signal }: SearchContext): Promise<TimeSkippingServer> {
  const path = join(directory, NATIVE);
  try {
    await withProgress(
      log,
      'Downloading the time-skipping Temporal server',
      20,
      () => downloadServer({ name: 'temporal-test-server', version: `v${VERSION}` }, path, { signal }),
      signal,
    );
    return { path };
  } catch (error) {
    return { missing: (error as Error).message };
  }
}

async function fromMaven(
  directory: string,
  { env, log, signal }: SearchContext,
): Promise<TimeSkippingServer> {
  const [java, maven] = [findOnPath('java', env), findOnPath('mvn', env)];
  if (!java) return { missing: 'Java is not installed' };
  if (!maven) return { missing: 'Maven (mvn) is not installed' };
  if (process.platform === 'win32') return { missing: 'the launcher is a shell script' };

  await mkdir(cacheDirectory(env), { recursive: true });
  const workspace = await mkdtemp(join(cacheDirectory(env), 'test-server-'));
  try {
    await writeFile(join(workspace, 'pom.xml'), POM);
    const args = [
      '-B',
      '-q',
      'dependency:copy-dependencies',
      '-DoutputDirectory=lib',
      '-DincludeScope=runtime',
    ];
    const { problem } = await withProgress(
      log,
      'Fetching the time-skipping Temporal server with Maven',
      20,
      () => runCommand(maven, args, { env, cwd: workspace, timeout: 300_000, signal }),
      signal,
    );
    if (problem) return { missing: `mvn ${problem}` };
    await writeFile(join(workspace, LAUNCHER), launcherScript(join(directory, 'lib')));
    await chmod(join(workspace, LAUNCHER), 0o755);
    await rm(directory, { recursive: true, force: true });
    await rename(workspace, directory);
    return { path: join(directory, LAUNCHER) };
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
}

const NATIVE = process.platform === 'win32' ? 'temporal-test-server.exe' : 'temporal-test-server';
const LAUNCHER = 'temporal-test-server.sh';

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId>
  <artifactId>temporal-test-server-launcher</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.temporal</groupId>
      <artifactId>temporal-test-server</artifactId>
      <version>${VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-nop</artifactId>
      <version>1.7.36</version>
    </dependency>
  </dependencies>
</project>
`;

/** Started with the port as its first argument. The options make a short-lived JVM start sooner and stay small. */
function launcherScript(lib: string): string {
  return `#!/bin/sh
exec java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx512m -cp '${lib}/*' ${MAIN_CLASS} "$@"
`;
}

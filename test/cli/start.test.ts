import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../cli/project-root.js';
import { recordedProcess } from '../../local/pid-file.js';
import { PORTS } from '../../local/ports.js';
import { findOnPath } from '../../local/run-command.js';
import { freePort, isPortFree } from '../../local/tcp.js';
import { eventually } from '../support/eventually.js';
import { requirement } from '../support/requirement.js';
import { temporalProgram } from '../support/temporal-env.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const run = promisify(execFile);

describe('npm start', function () {
  this.timeout(120_000);
  const directory = temporaryDirectory();
  let env: NodeJS.ProcessEnv;
  let current: ReturnType<typeof start> | undefined;

  before(async function () {
    const program = await temporalProgram();
    requirement(this, 'a Temporal dev server', program ? undefined : 'run `npm test` once, which builds it');
    requirement(this, 'curl', findOnPath('curl') ? undefined : 'it is not installed');
    const ports = await Promise.all(
      Object.values(PORTS).map(async ({ variable }) => [variable, `${await freePort()}`] as const),
    );
    env = { ...process.env, ...Object.fromEntries(ports), IDV_STATE_DIR: directory.path, LOG_LEVEL: 'info' };
  });
  after(() => {
    current?.child.kill('SIGKILL');
    directory.remove();
  });

  function start() {
    const bootstrap = join(projectRoot(), 'cli', 'bootstrap.mjs');
    const child = spawn(process.execPath, [bootstrap, 'start'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
    }
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    const until = (what: RegExp) => eventually(`${what} in\n${text}`, () => what.test(text), 90_000);
    return { child, ended, until, output: () => text };
  }

  /** What comes back when a line that was printed is pasted into a shell. */
  async function paste(line: string) {
    const { stdout } = await run('sh', ['-c', line]);
    return JSON.parse(stdout) as { status?: string | number; code?: string };
  }

  it('prints three lines that work, survives kill -9, goes on with what was, and stops cleanly', async () => {
    current = start();
    await current.until(/Ctrl-C stops everything/);
    const [register = '', logIn = '', impostor = ''] = current
      .output()
      .split('\n')
      .filter((line) => line.includes('curl '));
    assert.equal((await paste(register)).status, 'verified');
    assert.equal((await paste(logIn)).status, 'verified');
    assert.equal((await paste(impostor)).status, 'rejected');

    const main = recordedProcess(join(directory.path, 'start.pid')) as number;
    process.kill(main, 'SIGKILL');
    assert.equal(await current.ended, 137);

    current = start();
    await current.until(/Ctrl-C stops everything/);
    assert.equal((await paste(logIn)).status, 'verified');
    assert.equal((await paste(register)).code, 'user_exists');

    current.child.kill('SIGINT');
    assert.equal(await current.ended, 0);
    assert.match(current.output(), /Stopped\. The next start goes on from here\./);
    for (const { variable } of Object.values(PORTS))
      assert.ok(await isPortFree(Number(env[variable])), variable);
    assert.match(readFileSync(join(directory.path, 'logs', 'api.log'), 'utf8'), /"level":30/);
  });
});

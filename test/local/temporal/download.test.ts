import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { isExecutable } from '../../../local/run-command.js';
import { downloadServer } from '../../../local/temporal/download.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

describe('downloading a Temporal server', () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  let server: Server;
  let service: string;
  let answer: (path: string) => { status: number; body: string | Buffer } | 'silence';
  const artifact = { name: 'cli', version: 'v1.5.1' } as const;

  beforeEach(async () => {
    directory = temporaryDirectory();
    server = createServer((request, response) => {
      const reply = answer(request.url ?? '');
      if (reply !== 'silence') response.writeHead(reply.status).end(reply.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    service = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
    directory.remove();
  });

  it('asks where the archive is and unpacks the program from it', async () => {
    mkdirSync(join(directory.path, 'in'));
    writeFileSync(join(directory.path, 'in', 'temporal'), 'the program');
    const archive = join(directory.path, 'archive.tar.gz');
    execFileSync('tar', ['-czf', archive, '-C', join(directory.path, 'in'), 'temporal']);
    let asked = '';
    answer = (path) => {
      if (path === '/archive.tar.gz') return { status: 200, body: readFileSync(archive) };
      asked = path;
      const body = JSON.stringify({ archiveUrl: `${service}/archive.tar.gz`, fileToExtract: 'temporal' });
      return { status: 200, body };
    };

    const destination = join(directory.path, 'cache', 'temporal');
    await downloadServer(artifact, destination, { service });
    assert.equal(readFileSync(destination, 'utf8'), 'the program');
    assert.ok(isExecutable(destination));
    assert.match(asked, /^\/cli\/v1\.5\.1\?arch=\w+&platform=\w+$/);
    assert.deepEqual(readdirSync(join(directory.path, 'cache')), ['temporal']);
  });

  it('fails soon when the service does not answer', async () => {
    answer = () => 'silence';
    await assert.rejects(
      downloadServer(artifact, join(directory.path, 'temporal'), { service, answerWithin: 100 }),
      /cannot be reached \(no answer in time\)/,
    );
  });

  it('fails when the service refuses, and leaves nothing behind', async () => {
    answer = () => ({ status: 403, body: '' });
    const destination = join(directory.path, 'temporal');
    await assert.rejects(downloadServer(artifact, destination, { service }), /answered 403/);
    assert.ok(!existsSync(destination));
  });

  it('fails when the archive is none', async () => {
    answer = (path) =>
      path.startsWith('/cli')
        ? { status: 200, body: JSON.stringify({ archiveUrl: `${service}/x`, fileToExtract: 'temporal' }) }
        : { status: 200, body: 'not an archive' };
    await assert.rejects(
      downloadServer(artifact, join(directory.path, 'temporal'), { service }),
      /^Error: tar /,
    );
    assert.deepEqual(readdirSync(directory.path), []);
  });
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiProblem, apiClient } from '../../cli/api-client.js';
import { resumeAll } from '../../cli/sessions.js';

describe('what operators are told', () => {
  const servers: Server[] = [];
  const serve = async (handler: RequestListener) => {
    const server = createServer(handler).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  after(() => {
    for (const server of servers) server.closeAllConnections();
    for (const server of servers) server.close();
  });
  const client = (url: string, foundIn?: string) =>
    apiClient({ IDV_API_URL: url, IDV_API_KEY: 'k' }, foundIn);

  it('is the status and the beginning, where a proxy answers instead of the API', async () => {
    for (const status of [502, 200]) {
      const url = await serve((_, response) =>
        response.writeHead(status).end('<html>\n<h1>Bad Gateway</h1>\u001b[2J'),
      );
      await assert.rejects(client(url).call('GET', '/v1/x'), (error: ApiProblem) => {
        assert.ok(error instanceof ApiProblem);
        assert.equal(error.status, status);
        assert.match(error.message, new RegExp(`answered ${status} .*<html> <h1>Bad Gateway</h1>\\\\u001b`));
        return true;
      });
    }
    const bare = await serve((_, response) => response.writeHead(500).end('{}'));
    await assert.rejects(client(bare).call('GET', '/v1/x'), /answered 500 without saying why/);
  });

  it('is each thing that the API says once, in sentences', async () => {
    const problems: [object, string][] = [
      [
        {
          ...{ title: 'Photos may not be read', detail: 'Use another bucket.' },
          errors: [{ pointer: '/source/bucket', message: 'Use another bucket.' }],
        },
        'Photos may not be read. Use another bucket.',
      ],
      [
        {
          ...{ title: 'Not valid', detail: 'Mend it.' },
          errors: [
            { pointer: '/limit', message: 'is too small' },
            { pointer: '/hours', message: 'is required' },
          ],
        },
        'Not valid. Mend it. /limit is too small. /hours is required',
      ],
    ];
    for (const [problem, said] of problems) {
      const url = await serve((_, response) => response.writeHead(422).end(JSON.stringify(problem)));
      await assert.rejects(client(url).call('POST', '/v1/x'), { message: said });
    }
  });

  it('is the file that named an API which is gone', async () => {
    const gone = client('http://127.0.0.1:1', '/state/run/environment.json');
    await assert.rejects(
      gone.call('GET', '/v1/x'),
      /cannot be reached\. \/state\/run\/environment\.json names it/,
    );
  });

  it('is how many were resumed, also when the API goes away in the midst', async () => {
    const preferred: unknown[] = [];
    const url = await serve((request, response) => {
      if (request.method === 'GET') {
        const data = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id }));
        return void response.end(JSON.stringify({ data, next_cursor: null }));
      }
      preferred.push(request.headers.prefer);
      const [, id] = /sessions\/(\w)/.exec(request.url ?? '') ?? [];
      if (id === 'a') response.end('{"status":"processing"}');
      else if (id === 'b') response.writeHead(409).end('{"title":"Not blocked"}');
      else if (id === 'c') response.writeHead(502).end('<html>');
      else request.socket.destroy();
    });
    const lines: string[] = [];
    const print = (line: string) => void lines.push(line);
    const all = resumeAll(client(url), { reason: 'access_denied', rate: 5 }, print);
    await assert.rejects(all, /cannot be reached/);
    assert.match(lines.at(-1) ?? '', /^1 resumed, 1 passed over, 2 failed, \d not tried$/);
    assert.deepEqual(new Set(preferred), new Set(['respond-async']));
  });
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { health } from '../../api/routes/health.js';
import { developmentSecrets } from '../../local/development-secrets.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

describe('a stand-in for AWS', function () {
  this.timeout(60_000);
  const state = temporaryDirectory();
  const servers: Server[] = [];
  const serve = async (handler: RequestListener) => {
    const server = createServer(handler).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  after(() => {
    for (const server of servers) server.close();
    state.remove();
  });

  it('is named by /healthz, with what that means; without one nothing is said', async () => {
    const ask = async (standIns: string[]) => {
      const url = await serve(express().use(health({}, standIns)));
      return (await fetch(`${url}/healthz`)).json() as Promise<Record<string, unknown>>;
    };
    assert.deepEqual(await ask([]), { status: 'ok' });
    const { status, stand_ins, note } = await ask(['rekognition']);
    assert.deepEqual([status, stand_ins], ['ok', ['rekognition']]);
    assert.match(String(note), /development.*live persons proves nothing/);
  });

  for (const program of [['api/server.ts'], ['workers/main.ts', 'identity']]) {
    it(`keeps ${program[0]} from starting in production`, async () => {
      const twin = await serve((_, response) => response.setHeader('x-idv-stand-in', 'rekognition').end());
      const child = spawn(process.execPath, ['--import', 'tsx', ...program], {
        env: {
          ...process.env,
          ...developmentSecrets(state.path).environment,
          NODE_ENV: 'production',
          LOG_LEVEL: 'fatal',
          AWS_ENDPOINT_URL_REKOGNITION: twin,
          TEMPORAL_ADDRESS: '127.0.0.1:1',
        },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      child.stdout.on('data', (data: Buffer) => {
        said += data.toString();
      });
      const [code] = await once(child, 'close');
      assert.equal(code, 1);
      assert.match(said, /is a stand-in for development.*IDV_ALLOW_STAND_INS/);
    });
  }
});

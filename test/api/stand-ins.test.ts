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

  /** What a program says until it ends, with `twin` instead of AWS; it finds no Temporal, so that it always ends. */
  const run = async (program: readonly string[], more: Record<string, string>) => {
    const inherited = Object.entries(process.env).filter(
      ([name]) => !/^(NODE_ENV$|IDV_ALLOW_STAND_INS$|AWS_ENDPOINT_URL)/.test(name),
    );
    const child = spawn(process.execPath, ['--import', 'tsx', ...program], {
      env: {
        ...Object.fromEntries(inherited),
        ...developmentSecrets(state.path).environment,
        LOG_LEVEL: 'warn',
        TEMPORAL_ADDRESS: '127.0.0.1:1',
        ...more,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.on('data', (data: Buffer) => {
      said += data.toString();
    });
    const [code] = await once(child, 'close');
    assert.equal(code, 1);
    return said;
  };
  const standIn = (name: string) => serve((_, response) => response.setHeader('x-idv-stand-in', name).end());

  for (const { program, variable } of [
    { program: ['api/server.ts'], variable: 'AWS_ENDPOINT_URL_REKOGNITION' },
    { program: ['workers/main.ts', 'identity'], variable: 'AWS_ENDPOINT_URL_TEXTRACT' },
  ]) {
    it(`keeps ${program[0]} from starting unless it is allowed by name`, async () => {
      const said = await run(program, { [variable]: await standIn('any') });
      assert.match(said, /is a stand-in for development.*IDV_ALLOW_STAND_INS/);
    });
  }

  it('is warned of by a worker that may use it', async () => {
    const twin = { AWS_ENDPOINT_URL_REKOGNITION: await standIn('rekognition'), IDV_ALLOW_STAND_INS: 'true' };
    const said = await run(['workers/main.ts', 'identity'], twin);
    assert.match(said, /"standIns":\["rekognition"\],.*instead of AWS/);
  });
});

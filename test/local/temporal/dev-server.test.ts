import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { isPortFree } from '../../../local/tcp.js';
import { type DevServer, startDevServer } from '../../../local/temporal/dev-server.js';
import { requirement } from '../../support/requirement.js';
import { temporalProgram } from '../../support/temporal-env.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

describe('the Temporal dev server', () => {
  let program: string;
  let directory: ReturnType<typeof temporaryDirectory>;
  const running: DevServer[] = [];

  before(async function () {
    const found = await temporalProgram();
    requirement(this, 'a Temporal dev server', found ? undefined : 'run `npm test` once, which builds it');
    program = found as string;
    directory = temporaryDirectory();
  });
  after(async () => {
    for (const server of running) await server.close();
    directory?.remove();
  });

  async function start(options: Partial<Parameters<typeof startDevServer>[0]> = {}) {
    const server = await startDevServer({
      program,
      port: 0,
      namespace: 'default',
      searchAttributes: { Flow: 'Keyword' },
      log: () => {},
      ...options,
    });
    running.push(server);
    return server;
  }

  it('has its UI and search attributes, ends cleanly, and finds its workflows again', async () => {
    const dbFile = join(directory.path, 'state', 'temporal.db');
    const first = await start({ dbFile, uiPort: 0 });
    assert.equal((await fetch(first.uiUrl as string)).status, 200);
    await withClient(first, (client) =>
      client.workflow.start('nobodyRunsIt', { workflowId: 'kept', taskQueue: 'none', args: [] }),
    );
    await first.close();
    assert.ok(await isPortFree(Number(first.address.split(':')[1])));

    const second = await start({ dbFile, searchAttributes: { Flow: 'Keyword', Since: 'Datetime' } });
    await withClient(second, async (client) => {
      const { status } = await client.workflow.getHandle('kept').describe();
      assert.equal(status.name, 'RUNNING');
      const { customAttributes } = await client.connection.operatorService.listSearchAttributes({
        namespace: 'default',
      });
      assert.ok('Flow' in customAttributes && 'Since' in customAttributes);
    });

    // As after a kill -9 of the process that started it: its pid file is all that the next start knows.
    const third = await start({ dbFile });
    await second.ended;
    assert.notEqual(third.pid, second.pid);
  });

  it('names a port that is taken', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => holder.once('listening', resolve));
    const { port } = holder.address() as { port: number };
    await assert.rejects(start({ port }), new RegExp(`Port ${port} is taken`));
    holder.close();
  });

  it('tells what the server said when it ends while it starts', async () => {
    const broken = join(directory.path, 'broken');
    writeFileSync(broken, '#!/bin/sh\necho "unknown flag" >&2\nexit 1\n', { mode: 0o755 });
    await assert.rejects(start({ program: broken }), /ended with code 1 while it started\.\nunknown flag/);
  });
});

async function withClient(server: DevServer, use: (client: Client) => Promise<unknown>): Promise<void> {
  const connection = await Connection.connect({ address: server.address });
  try {
    await use(new Client({ connection }));
  } finally {
    await connection.close();
  }
}

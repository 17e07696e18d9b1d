import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { claimState, pidFileOf } from '../../cli/state-claim.js';
import { recordedProcess, writePidFile } from '../../local/pid-file.js';
import { type Ports, readPorts } from '../../local/ports.js';
import { freePort } from '../../local/tcp.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

describe('claiming the state directory', () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  let ports: Ports;
  beforeEach(async () => {
    directory = temporaryDirectory();
    const names = Object.keys(readPorts({}));
    ports = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await freePort()])));
  });
  afterEach(() => directory.remove());

  it('lets one in at a time', async () => {
    const release = await claimState(directory.path, ports, () => {});
    await assert.rejects(
      claimState(directory.path, ports, () => {}),
      /runs already on .* or set IDV_STATE_DIR/,
    );
    await release();
    await (await claimState(directory.path, ports, () => {}))();
  });

  it('ends what a start that was killed left behind', async () => {
    const leftover = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const exit = once(leftover, 'exit');
    writePidFile(pidFileOf(directory.path, 'api'), leftover.pid as number);
    const log: string[] = [];
    const release = await claimState(directory.path, ports, (line) => log.push(line));
    await exit;
    assert.match(log.join(), new RegExp(`Ended process ${leftover.pid}`));
    await release();
  });

  it('names every port that is taken, and lets go', async () => {
    const holder = createServer().listen(ports.s3, '127.0.0.1');
    await once(holder, 'listening');
    await assert.rejects(
      claimState(directory.path, ports, () => {}),
      /Port \d+ for the twin's S3 is taken/,
    );
    holder.close();
    assert.equal(recordedProcess(join(directory.path, 'start.pid')), undefined);
    assert.ok(!existsSync(join(directory.path, 'start.pid')));
  });
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endRecordedProcess, recordedProcess, writePidFile } from '../../local/pid-file.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

describe('a pid file', () => {
  const directory = temporaryDirectory();
  const file = join(directory.path, 'x', 'server.pid');
  after(directory.remove);

  it('names the process while that very process runs', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    writePidFile(file, child.pid as number);
    assert.equal(recordedProcess(file), child.pid);
    const exit = once(child, 'exit');
    assert.equal(await endRecordedProcess(file), child.pid);
    await exit;
    assert.ok(!existsSync(file));
  });

  it('never ends another process that has got the number', async () => {
    writeFileSync(file, JSON.stringify({ pid: process.pid, started: 'at another time' }));
    assert.equal(recordedProcess(file), undefined);
    assert.equal(await endRecordedProcess(file), undefined);
  });

  it('is as good as absent when it cannot be read', () => {
    writeFileSync(file, 'half a rec');
    assert.equal(recordedProcess(file), undefined);
    assert.equal(recordedProcess(join(directory.path, 'absent')), undefined);
  });
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { spawnGuarded, stopProcess } from '../../local/guarded-process.js';
import { eventually } from '../support/eventually.js';

describe('a guarded process', () => {
  it('ends when the process that started it is killed', async () => {
    const module = new URL('../../local/guarded-process.ts', import.meta.url).href;
    const source = `
      const { spawnGuarded } = await import('${module}');
      console.log(spawnGuarded(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' }).pid);
    `;
    const parent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', source], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
    const pid = Number(line);
    assert.ok(isRunning(pid));
    parent.kill('SIGKILL');
    await eventually('the child ended', () => !isRunning(pid));
  });

  it('is asked to end, then made to', async () => {
    const stubborn = spawnGuarded(
      process.execPath,
      ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); console.log("up")'],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    await once(stubborn.stdout as NodeJS.ReadableStream, 'data');
    await stopProcess(stubborn, 100);
    assert.equal(stubborn.signalCode, 'SIGKILL');
    await stopProcess(stubborn); // ended already: nothing to do
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

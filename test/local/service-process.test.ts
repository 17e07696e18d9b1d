import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordedProcess } from '../../local/pid-file.js';
import { rotateLog, startServiceProcess } from '../../local/service-process.js';
import { eventually } from '../support/eventually.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

describe('a service process', () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  let log: string[];
  beforeEach(() => {
    directory = temporaryDirectory();
    log = [];
  });
  afterEach(() => directory.remove());

  const file = (name: string) => join(directory.path, name);

  function start(source: string) {
    writeFileSync(file('program.mjs'), source);
    return startServiceProcess({
      name: 'api',
      args: [file('program.mjs')],
      cwd: directory.path,
      env: process.env,
      logFile: file('logs/api.log'),
      pidFile: file('run/api.pid'),
      log: (line) => log.push(line),
    });
  }

  it('writes all it says to its log and surfaces the errors that it logs, each once', async () => {
    const running = await start(`
      const say = (record) => console.log(JSON.stringify(record));
      say({ level: 30, msg: 'all is well' });
      say({ level: 50, msg: 'request failed', err: { message: 'no table' } });
      say({ level: 50, msg: 'request failed', err: { message: 'no table' } });
      console.error('(node:1) Warning: an old Node');
    `);
    assert.equal(await running.ended, 'ended with code 0');
    const written = () => readFileSync(file('logs/api.log'), 'utf8');
    await eventually('the log is written', () => written().includes('an old Node') && log.length > 0);
    const text = written();
    assert.match(text, /all is well.*no table.*no table/s);
    assert.match(text, /an old Node/);
    assert.deepEqual(log, [`api: request failed: no table (more in ${file('logs/api.log')})`]);
  });

  it('surfaces what it last said when it ends with a failure', async () => {
    const running = await start(`console.error('Error: no key\\n    at some line'); process.exitCode = 3;`);
    assert.equal(await running.ended, 'ended with code 3');
    await eventually('it is surfaced', () => log.includes('api: Error: no key'));
    await eventually('all of it is in the file', () =>
      readFileSync(file('logs/api.log'), 'utf8').includes('at some line'),
    );
  });

  it('is recorded while it runs and ends when asked', async () => {
    const running = await start('process.send({ ready: true }); setInterval(() => {}, 1000)');
    await running.ready;
    assert.equal(recordedProcess(file('run/api.pid')), running.pid);
    await running.close();
    assert.equal(await running.ended, 'was ended by SIGTERM');
    assert.ok(!existsSync(file('run/api.pid')));
  });

  it('keeps the log of the start before', () => {
    writeFileSync(file('api.log'), 'old');
    rotateLog(file('api.log'));
    rotateLog(file('api.log'));
    assert.equal(readFileSync(file('api.previous.log'), 'utf8'), 'old');
  });
});

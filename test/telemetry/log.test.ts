import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { loggable } from '../../telemetry/log.js';

/** What a process of its own writes to standard output that does this with `log`. */
async function written(script: string): Promise<Record<string, unknown>[]> {
  const program = `
    import { log } from './telemetry/log.ts';
    import { temporalLogger } from './workers/temporal-logger.ts';
    ${script}`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', program];
  const env = { ...process.env, LOG_LEVEL: 'info' };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

describe('the log', () => {
  it('is JSON lines in which fields of a person are redacted, wherever somebody puts them', async () => {
    const personal = [
      'userId',
      'user_id',
      'profile',
      'email',
      'phone',
      'username',
      'birthDate',
      'birth_date',
    ];
    const lines = await written(`
      const person = Object.fromEntries(${JSON.stringify(personal)}.map((name) => [name, 'secret of ' + name]));
      log.info({ ...person, requestId: 'r1' }, 'request');
      log.info({ user: person, list: [person], deep: { user: person, users: [{ kept: 1 }] } }, 'deeper');
      log.info({ profile: { name: 'secret' } });
      log.debug('not shown');
      temporalLogger.warn('Activity failed', { attempt: 2, error: new TypeError('secret'), email: 'secret' });
      temporalLogger.info('Worker state changed', { state: 'RUNNING' });`);
    assert.equal(lines.length, 5);
    assert.ok(!JSON.stringify(lines).includes('secret'), JSON.stringify(lines, null, 1));
    assert.deepEqual([lines[0]?.service, lines[0]?.requestId, lines[0]?.msg], ['idv', 'r1', 'request']);
    for (const name of personal) assert.equal(lines[0]?.[name], '[redacted]');
    const failed = lines[3] as { attempt: number; error: { name: string; at: string }; msg: string };
    assert.deepEqual([failed.msg, failed.attempt, failed.error.name], ['Activity failed', 2, 'TypeError']);
  });
});

describe('an error in the log', () => {
  it('is its name and where it happened, without its message', () => {
    const { name, at } = loggable(new RangeError('quotes u-secret\nin two lines'));
    assert.equal(name, 'RangeError');
    assert.match(at ?? '', /^\s+at .*log\.test/);
    assert.ok(!at?.includes('u-secret') && !at?.includes('two lines'));
  });

  it('is no more than that when its message looks like a stack, or its cause says more', () => {
    const error = new Error('one\n    at u-secret (file)', { cause: new Error('u-secret') });
    assert.ok(!JSON.stringify(loggable(error)).includes('u-secret'));
  });

  it('is unknown when it is none', () => {
    assert.deepEqual([loggable('u-secret'), loggable(undefined)], [{ name: 'unknown' }, { name: 'unknown' }]);
    const { stack: _, ...bare } = Object.assign(new Error('x'), { stack: undefined });
    assert.deepEqual(loggable(Object.assign(new Error('x'), { ...bare, stack: undefined })), {
      name: 'Error',
      at: '',
    });
  });
});

import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createKeyedLock } from '../../local/keyed-lock.js';

describe('A keyed lock', () => {
  it('runs tasks of one key one at a time, in order, and goes on after one that fails', async () => {
    const lock = createKeyedLock();
    const log: string[] = [];
    const task = (name: string, fails = false) =>
      lock.hold('key', async () => {
        log.push(`${name} begins`);
        await nextTurn();
        log.push(`${name} ends`);
        if (fails) throw new Error(name);
      });
    const results = await Promise.allSettled([task('a'), task('b', true), task('c')]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(log, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('runs tasks of other keys meanwhile', async () => {
    const lock = createKeyedLock();
    let free = () => {};
    const held = lock.hold('a', () => new Promise<void>((resolve) => (free = resolve)));
    assert.equal(await lock.hold('b', async () => 'done'), 'done');
    free();
    await held;
  });

  it('takes several keys at once, in whatever order they are named, without a deadlock', async () => {
    const lock = createKeyedLock();
    let inside = 0;
    const task = (keys: string[]) =>
      lock.hold(keys, async () => {
        assert.equal(++inside, 1);
        await nextTurn();
        inside--;
      });
    await Promise.all([task(['a', 'b']), task(['b', 'a']), task(['a', 'b', 'a']), task(['b'])]);
    assert.equal(inside, 0);
  });
});

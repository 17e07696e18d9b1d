import assert from 'node:assert/strict';
import { keepRunning } from '../../local/keep-running.js';
import { eventually } from '../support/eventually.js';

const BACKOFF = { first: 1, longest: 4, calm: 60_000 };

describe('keepRunning', () => {
  /** Something that runs until it is told to die. */
  function puppet() {
    let die: (how: string) => void = () => {};
    const ended = new Promise<string>((resolve) => {
      die = resolve;
    });
    return { ended, die, close: async () => die('was closed') };
  }

  it('starts again what ends by itself, and says so', async () => {
    const puppets: ReturnType<typeof puppet>[] = [];
    const log: string[] = [];
    const start = async () => {
      puppets.push(puppet());
      return puppets.at(-1) as ReturnType<typeof puppet>;
    };
    const kept = await keepRunning('It', start, (line) => log.push(line), BACKOFF);
    for (const times of [2, 3, 4]) {
      puppets.at(-1)?.die('was ended by SIGKILL');
      await eventually(`start ${times}`, () => puppets.length === times);
    }
    await eventually('the last line', () => log.length === 6);
    assert.match(log[0] ?? '', /^It was ended by SIGKILL; starting it again/);
    await kept.close();
    assert.equal(puppets.length, 4);
  });

  it('tries again when a restart fails', async () => {
    const first = puppet();
    let starts = 0;
    const start = async () => {
      starts += 1;
      if (starts === 1) return first;
      if (starts < 4) throw new Error('port taken');
      return puppet();
    };
    const log: string[] = [];
    const kept = await keepRunning('It', start, (line) => log.push(line), BACKOFF);
    first.die('ended with code 1');
    await eventually('it runs again', () => log.at(-1) === 'It is started again');
    assert.equal(log.filter((line) => line.includes('does not start: port taken')).length, 2);
    await kept.close();
  });

  it('passes on that the first start fails', async () => {
    const start = () => Promise.reject(new Error('no such program'));
    await assert.rejects(
      keepRunning('It', start, () => {}, BACKOFF),
      /no such program/,
    );
  });

  it('does not start again what it was asked to close, also while it waits', async () => {
    const first = puppet();
    let starts = 0;
    const start = async () => {
      starts += 1;
      return first;
    };
    const kept = await keepRunning('It', start, () => {}, { first: 60_000, longest: 60_000, calm: 0 });
    first.die('ended with code 1');
    await kept.close();
    assert.equal(starts, 1);
  });
});

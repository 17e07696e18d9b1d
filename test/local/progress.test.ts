import assert from 'node:assert/strict';
import { withProgress } from '../../local/progress.js';

describe('the progress of a long step', () => {
  async function linesOf(work: (stop: AbortController) => Promise<unknown>): Promise<string[]> {
    const lines: string[] = [];
    const stop = new AbortController();
    await withProgress(
      (line) => lines.push(line),
      'Building',
      90,
      () => work(stop),
      stop.signal,
    ).catch((error: Error) => lines.push(error.message));
    return lines;
  }

  it('begins with what is expected and ends with the time it took', async () => {
    assert.deepEqual(await linesOf(async () => {}), [
      'Building (expected: about 1 min 30 s)',
      'Building: done in 0 s',
    ]);
  });

  it('is not said to be done when it failed', async () => {
    const lines = await linesOf(() => Promise.reject(new Error('no compiler')));
    assert.deepEqual(lines.slice(1), ['no compiler']);
  });

  it('is said to be stopped when it was, whether or not it threw', async () => {
    assert.deepEqual((await linesOf(async (stop) => stop.abort())).slice(1), ['Building: stopped after 0 s']);
    const thrown = await linesOf(async (stop) => {
      stop.abort();
      throw new Error('aborted');
    });
    assert.deepEqual(thrown.slice(1), ['Building: stopped after 0 s', 'aborted']);
  });
});

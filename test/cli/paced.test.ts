import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { paced } from '../../cli/paced.js';

describe('paced work', () => {
  it('begins in order at its rate, without waiting for what is slow, and no more at once than it may', async () => {
    const begun: number[] = [];
    let [underWay, most] = [0, 0];
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const from = performance.now();
    await paced([0, 1, 2, 3, 4], { rate: 50, atOnce: 3 }, async (item) => {
      begun.push(item);
      underWay += 1;
      most = Math.max(most, underWay);
      if (underWay === 3) setTimeout(60).then(release); // time enough for a fourth that must not begin
      await released;
      underWay -= 1;
    });
    assert.deepEqual(begun, [0, 1, 2, 3, 4]);
    assert.equal(most, 3);
    const took = performance.now() - from;
    assert.ok(took >= 79, `four pauses of 20 ms, and it took ${took} ms`);
  });

  it('begins nothing after a failure, and throws it when what was under way has ended', async () => {
    const done: number[] = [];
    const work = async (item: number) => {
      if (item === 1) throw new Error('no');
      await setTimeout(30);
      done.push(item);
    };
    await assert.rejects(paced([0, 1, 2, 3], { rate: 1_000, atOnce: 2 }, work), /^Error: no$/);
    assert.ok(done.includes(0) && !done.includes(3), String(done));
  });
});

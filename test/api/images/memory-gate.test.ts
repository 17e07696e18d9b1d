import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createMemoryGate, GateBusy } from '../../../api/images/memory-gate.js';

const wide = { budgetBytes: 100, slots: 10, maxWaiting: 1000, maxWaitMs: 10_000 };

/** Work that ends when told to. */
function held(): { work: () => Promise<void>; end: () => void; started: () => boolean } {
  let end = (): void => {};
  let running = false;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const work = (): Promise<void> => {
    running = true;
    return ended;
  };
  return { work, end, started: () => running };
}

describe('memory gate', () => {
  it('never lets in more than the budget or the slots, and lets everyone in', async () => {
    const costs = fc.array(fc.integer({ min: 0, max: 150 }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(costs, async (sizes) => {
        const gate = createMemoryGate({ ...wide, slots: 4 });
        let [used, running, done] = [0, 0, 0];
        const work = (size: number) => async (): Promise<void> => {
          used += Math.min(size, 100);
          running += 1;
          assert.ok(used <= 100 && running <= 4);
          await new Promise(setImmediate);
          used -= Math.min(size, 100);
          running -= 1;
          done += 1;
        };
        await Promise.all(sizes.map((size) => gate.run(size, work(size))));
        assert.equal(done, sizes.length);
      }),
    );
  });

  it('keeps the order of arrival, so that a large one is not overtaken for ever', async () => {
    const gate = createMemoryGate(wide);
    const [first, large, small] = [held(), held(), held()];
    const all = [gate.run(60, first.work), gate.run(90, large.work), gate.run(10, small.work)];
    await new Promise(setImmediate);
    assert.deepEqual([first.started(), large.started(), small.started()], [true, false, false]);
    first.end();
    await all[0];
    await new Promise(setImmediate);
    assert.deepEqual([large.started(), small.started()], [true, true]);
    large.end();
    small.end();
    await Promise.all(all);
  });

  it('gives the place back when work fails', async () => {
    const gate = createMemoryGate({ ...wide, slots: 1 });
    await assert.rejects(
      gate.run(100, () => Promise.reject(new Error('no'))),
      /no/,
    );
    assert.equal(await gate.run(100, async () => 'in'), 'in');
  });

  it('turns away who waited too long, and who finds the queue full', async () => {
    const gate = createMemoryGate({ ...wide, slots: 1, maxWaiting: 1, maxWaitMs: 20 });
    const running = held();
    const inside = gate.run(1, running.work);
    const waiting = gate.run(1, async () => {});
    await assert.rejects(
      gate.run(1, async () => {}),
      GateBusy,
    );
    await assert.rejects(waiting, GateBusy);
    running.end();
    await inside;
    assert.equal(await gate.run(1, async () => 'in'), 'in');
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { LanePace } from '../../../domain/batch/chunk.js';
import { lanesFor } from '../../../domain/batch/lanes.js';
import {
  beginTurns,
  concurrencyAllowed,
  noteAnswer,
  paceAfter,
  type Turns,
  takeTurn,
} from '../../../domain/batch/pace.js';
import { tokenBucket } from '../../../local/faults/token-bucket.js';
import { type Call, simulate } from './pace-simulation.js';

const lane = (rate: number, rest: Partial<LanePace> = {}): LanePace => ({
  rates: { IndexFaces: rate },
  next: {},
  allowed: 1,
  ...rest,
});

/** A quota as the service keeps it: a bucket that holds a second's worth. */
function quota(tps: number) {
  let now = 0;
  const bucket = tokenBucket(tps, tps, () => now);
  return (time: number) => {
    now = time;
    return bucket.take();
  };
}

const within = (calls: readonly Call[], from: number, to: number) => {
  const some = calls.filter(({ at }) => at >= from && at < to);
  const throttled = some.filter((call) => call.throttled).length;
  return { rate: (some.length - throttled) / ((to - from) / 1_000), throttled: throttled / some.length };
};

/** Numbers as they come, the same in each run with the same seed. */
function random(seed: number) {
  let state = seed;
  return (least: number, most: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return least + (state / 2 ** 32) * (most - least);
  };
}

/** Calls one after the other at once, as many as can be made from `from` to `to`. */
function turnsOf(pace: LanePace, from: number, to: number): number[] {
  const times: number[] = [];
  for (let turns: Turns = beginTurns(pace, from), now = from; now < to; ) {
    const turn = takeTurn(turns, 'IndexFaces', now);
    ({ turns } = turn);
    now = turn.at;
    times.push(now);
  }
  return times;
}

describe('takeTurn', () => {
  it('lets calls of an API without a rate go at once', () => {
    const turns = beginTurns(lane(10), 5);
    assert.deepEqual(takeTurn(turns, 'DeleteFaces', 7), { at: 7, turns });
  });

  it('rests at a rate of 0', () => {
    assert.throws(() => takeTurn(beginTurns(lane(0), 0), 'IndexFaces', 0), /begin no chunk/);
  });

  it('goes on over chunks', () => {
    const first = takeTurn(beginTurns(lane(10), 1_000), 'IndexFaces', 1_000);
    const pace = { ...lane(10), ...paceAfter(first.turns, 1_000) };
    assert.equal(Math.round(takeTurn(beginTurns(pace, 1_001), 'IndexFaces', 1_001).at), 1_102);
  });

  it('catches up what a gap left unused, by a quarter faster and a second’s worth at most', () => {
    for (const [gap, extra] of [
      [500, 0.5 * 49],
      [900, 0.9 * 49],
      [60_000, 49],
    ] as const) {
      const now = 1_000_000;
      const times = turnsOf(lane(50, { next: { IndexFaces: now - gap } }), now, now + 10_000);
      assert.ok(Math.abs(times.length - (490 + extra)) <= 2, `${times.length} after ${gap} ms`);
      const second = times.filter((time) => time < now + 1_000).length;
      assert.ok(second <= 49 * 1.25 + 1, `${second} in the first second`);
    }
  });

  it('never takes more than 98 % of the rate, and what was left unused in a second', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 50, noNaN: true }),
        fc.double({ min: 0.05, max: 1, noNaN: true }),
        fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 80 }),
        (rate, allowed, pauses) => {
          let turns = beginTurns(lane(rate, { allowed }), 0);
          let now = 0;
          const times: number[] = [];
          for (const pause of pauses) {
            now += pause;
            for (let each = 0; each < 4; each++) {
              const turn = takeTurn(turns, 'IndexFaces', now);
              ({ turns } = turn);
              assert.ok(turn.at >= now);
              times.push(turn.at);
            }
          }
          const paced = rate * 0.98 * allowed;
          for (const [i, from] of times.entries())
            for (const [more, to] of times.slice(i).entries()) {
              const most = (paced * (to - from)) / 1_000 + Math.max(paced, 1) + 1e-6;
              assert.ok(more + 1 <= most, `${more + 1} calls in ${to - from} ms at ${paced} a second`);
            }
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('noteAnswer', () => {
  /** `perSecond` answers for so many seconds, of which every so-manieth is throttled. */
  const answers = (from: Turns, seconds: number, every: number, start: number) => {
    let turns = from;
    for (let n = 1; n <= seconds * 50; n++) turns = noteAnswer(turns, n % every === 0, start + n * 20);
    return turns;
  };

  it('slows down by a tenth once in five seconds while more than 1 % is throttled', () => {
    const { allowed } = answers(beginTurns(lane(50), 0), 21, 10, 0);
    assert.ok(Math.abs(allowed - 0.9 ** 5) < 1e-9, String(allowed));
  });

  it('does not mind 1 %', () => {
    assert.equal(answers(beginTurns(lane(50), 0), 20, 100, 0).allowed, 1);
  });

  it('recovers 2 % of the rates a second, up to all of them', () => {
    const begun = beginTurns(lane(50, { allowed: 0.5 }), 0);
    const { allowed } = answers(begun, 10, Number.POSITIVE_INFINITY, 0);
    assert.ok(Math.abs(allowed - 0.7) < 0.021, String(allowed));
    assert.equal(answers(begun, 40, Number.POSITIVE_INFINITY, 0).allowed, 1);
  });

  it('never stops asking', () => {
    const { allowed } = answers(beginTurns(lane(50), 0), 600, 1, 0);
    assert.equal(allowed, 0.05);
    assert.equal(concurrencyAllowed(16, allowed), 1);
    assert.equal(concurrencyAllowed(16, 0.5), 8);
  });

  it('remembers what the last seconds of a chunk said', () => {
    let turns = beginTurns(lane(50), 0);
    for (let n = 0; n < 10; n++) turns = noteAnswer(turns, true, n * 20);
    assert.equal(paceAfter(turns, 300).allowed, 0.9);
    assert.equal(paceAfter(beginTurns(lane(50, { allowed: 0.5 }), 0), 500).allowed, 0.51);
  });
});

describe('lanes at a quota', () => {
  const tps = fc.constantFrom(5, 20, 50, 120, 200, 333);

  it('use 97 % of it or more, and less than 1 % of the calls are throttled', () => {
    fc.assert(
      fc.property(tps, fc.nat(1_000_000), fc.constantFrom(40, 150, 350), (rate, seed, slow) => {
        const between = random(seed);
        const calls = simulate(
          {
            lanes: lanesFor({ IndexFaces: rate }),
            endAt: 130_000,
            latency: () => between(slow / 4, slow),
            gap: () => between(20, 600),
          },
          quota(rate),
        );
        const steady = within(calls, 10_000, 130_000);
        assert.ok(steady.rate >= 0.97 * rate, `${steady.rate} of ${rate} a second`);
        assert.ok(steady.rate <= rate, `${steady.rate} of ${rate} a second`);
        assert.ok(within(calls, 0, 130_000).throttled < 0.01, `${steady.throttled} throttled`);
      }),
      { numRuns: 12 },
    );
  });

  it('use it again within a minute after a minute in which everything was throttled', () => {
    for (const rate of [20, 200]) {
      const open = quota(rate);
      const between = random(rate);
      const calls = simulate(
        {
          lanes: lanesFor({ IndexFaces: rate }),
          endAt: 210_000,
          latency: () => between(50, 300),
          gap: () => between(20, 600),
        },
        (time) => (time >= 30_000 && time < 90_000 ? false : open(time)),
      );
      const asked = calls.filter(({ at }) => at >= 75_000 && at < 90_000).length / 15;
      assert.ok(asked < 0.5 * rate, `still asked ${asked} a second of ${rate}`);
      const after = within(calls, 150_000, 210_000);
      assert.ok(after.rate >= 0.97 * rate, `${after.rate} of ${rate} a second`);
      assert.ok(after.throttled < 0.01);
    }
  });

  it('settle just under what is left of it when somebody else uses a third', () => {
    const between = random(7);
    const calls = simulate(
      {
        lanes: lanesFor({ IndexFaces: 150 }),
        endAt: 240_000,
        latency: () => between(50, 300),
        gap: () => between(20, 600),
      },
      quota(100),
    );
    const steady = within(calls, 60_000, 240_000);
    assert.ok(steady.rate >= 95, `${steady.rate} of 100 a second`);
    assert.ok(steady.throttled < 0.06, `${steady.throttled} throttled`);
  });
});

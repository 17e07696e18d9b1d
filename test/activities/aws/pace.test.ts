import assert from 'node:assert/strict';
import { ApplicationFailure } from '@temporalio/common';
import fc from 'fast-check';
import { createPace } from '../../../activities/aws/pace.js';

/** Calls at given times, in milliseconds; when each got its turn, or undefined where it was turned away. */
async function turns(rate: number, times: readonly number[]): Promise<(number | undefined)[]> {
  let now = 0;
  let waited = 0;
  const pace = createPace(
    { IndexFaces: rate },
    () => now,
    async (ms) => {
      waited = ms;
    },
  );
  const given: (number | undefined)[] = [];
  for (const time of times) {
    now = time;
    waited = 0;
    const outcome = await pace('IndexFaces').then(() => 'turn', failureType);
    assert.ok(outcome === 'turn' || outcome === 'Throttled', String(outcome));
    given.push(outcome === 'turn' ? time + waited : undefined);
  }
  return given;
}

const failureType = (error: unknown) => (error instanceof ApplicationFailure ? error.type : String(error));

describe('the pace of calls to Rekognition', () => {
  const times = fc
    .array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 120 })
    .map((gaps) => gaps.map((_, i) => gaps.slice(0, i + 1).reduce((sum, gap) => sum + gap, 0)));
  const rate = fc.oneof(fc.integer({ min: 1, max: 100 }), fc.double({ min: 0.2, max: 5, noNaN: true }));

  it('is never above the rate over any window, but for the one second that a bucket holds', async () => {
    await fc.assert(
      fc.asyncProperty(rate, times, async (tps, calls) => {
        const given = (await turns(tps, calls)).filter((turn) => turn !== undefined);
        const bucket = Math.max(1, tps);
        for (const [first, from] of given.entries()) {
          for (let last = first; last < given.length; last++) {
            const window = ((given[last] ?? 0) - from) / 1_000;
            assert.ok(last - first + 1 <= bucket + tps * window + 1e-6);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('lets nobody wait longer than a second, and turns away only who would have to', async () => {
    await fc.assert(
      fc.asyncProperty(rate, times, async (tps, calls) => {
        const given = await turns(tps, calls);
        let free = Number.NEGATIVE_INFINITY; // when a steady drip would have the next turn at the latest
        for (const [at, time] of calls.entries()) {
          const turn = given[at];
          if (turn === undefined) assert.ok(free - time > 1_000 - 1e-6);
          else {
            assert.ok(turn >= time && turn - time <= 1_000 + 1e-6);
            free = Math.max(free, time) + 1_000 / tps;
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('lets a burst of one second’s worth through at once, the next second’s in turn, and no more', async () => {
    const given = await turns(10, Array(25).fill(5_000));
    assert.deepEqual(given.slice(0, 10), Array(10).fill(5_000));
    assert.deepEqual(
      given.slice(10, 20).map((turn) => Math.round(turn ?? 0)),
      [5_100, 5_200, 5_300, 5_400, 5_500, 5_600, 5_700, 5_800, 5_900, 6_000],
    );
    assert.deepEqual(given.slice(20), Array(5).fill(undefined));
  });

  it('lets the first call through at once also below one a second', async () => {
    assert.deepEqual(await turns(0.2, [0, 3_900, 4_500]), [0, undefined, 5_000]);
  });

  it('is kept for each operation by itself, and for no other', async () => {
    const pace = createPace(
      { IndexFaces: 1, DetectFaces: 1 },
      () => 0,
      async () => undefined,
    );
    await Promise.all(['IndexFaces', 'DetectFaces', 'SearchFacesByImage', 'SearchFacesByImage'].map(pace));
    await pace('IndexFaces');
    await assert.rejects(pace('IndexFaces'), { type: 'Throttled', nonRetryable: false });
    await pace('DetectFaces');
  });

  it('says when to come back', async () => {
    const pace = createPace(
      { IndexFaces: 1 },
      () => 0,
      async () => undefined,
    );
    await pace('IndexFaces');
    await pace('IndexFaces');
    const failure = await pace('IndexFaces').catch((error: ApplicationFailure) => error);
    const delay = Number((failure as ApplicationFailure).nextRetryDelay);
    assert.ok(delay >= 200 && delay <= 1_000);
  });
});

import assert from 'node:assert/strict';
import { ApplicationFailure } from '@temporalio/common';
import { carriedTo, countingSpent } from '../../../activities/batch/spent.js';
import type { ChunkClaim, SpentCalls } from '../../../activities/ports/batch-table.js';

const job = { tenant: { account: 'a', mode: 'test' }, jobId: 'bj_a' } as const;
const made = { calls: { IndexFaces: 3 }, throttled: 1 };
const spentOn = (work: string): ChunkClaim => ({ chunk: 0, fence: 2, spent: { work, ...made } });

describe('calls that brought no result', () => {
  /** Work on a chunk that throws, or ends well; the claim cannot be written before `outage` milliseconds are over. */
  async function works(claim: ChunkClaim, { throws, outage = 0 }: { throws?: Error; outage?: number } = {}) {
    let time = 0;
    const kept: (SpentCalls | undefined)[] = [];
    const keepSpent = async (...[, , , spent]: [unknown, unknown, unknown, SpentCalls | undefined]) => {
      if (time < outage) throw ApplicationFailure.create({ type: 'DependencyUnavailable' });
      kept.push(spent);
    };
    const run = async () => {
      if (throws) throw throws;
    };
    const clock = {
      now: () => time,
      sleep: async (ms: number) => {
        time += ms;
      },
    };
    const ended = countingSpent({ keepSpent }, job, claim, 'search', () => made, run, clock);
    await ended.catch((error: unknown) => assert.equal(error, throws));
    return { kept, time };
  }
  const broken = new Error('broken');

  it('are kept once DynamoDB answers again, and what ended the work is what is thrown', async () => {
    const claim = { chunk: 0, fence: 1 };
    assert.deepEqual((await works(claim, { throws: broken, outage: 500 })).kept, [
      { work: 'search', ...made },
    ]);
    const { kept, time } = await works(claim, { throws: broken, outage: 60_000 });
    assert.deepEqual(kept, []);
    assert.ok(time > 1_000 && time < 8_000, `waited ${time} ms`);
  });

  it('are forgotten once a result has them, and only by work of that kind', async () => {
    assert.deepEqual((await works(spentOn('search'), { outage: 500 })).kept, [undefined]);
    assert.deepEqual((await works(spentOn('index'))).kept, []);
    assert.deepEqual(carriedTo('index', spentOn('index'), undefined), spentOn('index').spent);
    assert.deepEqual(carriedTo('search', spentOn('index'), undefined).calls, {});
  });
});

import assert from 'node:assert/strict';
import type { BatchSample } from '../../../domain/batch/job.js';
import { addSample } from '../../../domain/batch/samples.js';

const SECOND = 1_000;
const work = { items: 10, calls: 12, throttled: 1 };

/** Work that ends every ten seconds. */
function samplesAfter(seconds: number): BatchSample[] {
  let samples: BatchSample[] = [];
  for (let now = 0; now < seconds * SECOND; now += 10 * SECOND) samples = addSample(samples, now, work);
  return samples;
}

describe('samples of a batch job', () => {
  it('are of half a minute at first', () => {
    assert.deepEqual(samplesAfter(60), [
      { at: 0, items: 30, calls: 36, throttled: 3 },
      { at: 30 * SECOND, items: 30, calls: 36, throttled: 3 },
    ]);
  });

  it('stay few over days, lose nothing, and have the last minutes as they were', () => {
    const seconds = 2 * 86_400;
    const samples = samplesAfter(seconds);
    assert.ok(samples.length <= 120, `${samples.length}`);
    assert.equal(
      samples.reduce((sum, { items }) => sum + items, 0),
      seconds,
    );
    const spans = samples.slice(1).map(({ at }, index) => at - (samples[index]?.at ?? 0));
    assert.ok(spans.every((span) => span > 0));
    assert.ok(spans.slice(-39).every((span) => span === 30 * SECOND));
    const older = spans.slice(0, -40);
    const mean = (seconds * SECOND) / older.length;
    assert.ok(Math.max(...older) <= 2 * mean, `${Math.max(...older)} of ${mean}`);
  });

  it('begin anew after a rest', () => {
    const samples = addSample(samplesAfter(30), 3_600 * SECOND, work);
    assert.deepEqual(samples.at(-1), { at: 3_600 * SECOND, ...work });
  });
});

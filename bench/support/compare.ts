import { timed } from './calls.js';
import { distribution, type Figure, round } from './report.js';

/** The same thing done by idv and by the plain baseline, one after the other, so that a noisy machine hits both. */
export interface Comparison {
  idv: () => Promise<void>;
  plain: () => Promise<void>;
  warmUp: number;
  samples: number;
  /** Of each Rekognition call. */
  latencyMs: number;
  targets: { addedMs?: number; ratio?: number };
}

export async function compare(comparison: Comparison): Promise<Figure[]> {
  const { idv, plain, warmUp, samples, latencyMs, targets } = comparison;
  const times: { idv: number[]; plain: number[] } = { idv: [], plain: [] };
  for (let i = -warmUp; i < samples; i++) {
    const viaIdv = await timed(idv);
    const viaPlain = await timed(plain);
    if (i < 0) continue;
    times.idv.push(viaIdv);
    times.plain.push(viaPlain);
  }
  const [ours, base] = [distribution(times.idv), distribution(times.plain)];
  const at = `at ${latencyMs} ms per Rekognition call`;
  const atMost = (value: number | undefined) =>
    value === undefined ? {} : { target: { at: 'most', value } as const };
  return [
    { name: `idv median ${at}`, value: ours.median, unit: 'ms' },
    { name: `idv p95 ${at}`, value: ours.p95, unit: 'ms' },
    { name: `plain median ${at}`, value: base.median, unit: 'ms' },
    { name: `plain p95 ${at}`, value: base.p95, unit: 'ms' },
    {
      name: `added at the median ${at}`,
      value: round(ours.median - base.median),
      unit: 'ms',
      ...atMost(targets.addedMs),
    },
    {
      name: `ratio of medians ${at}`,
      value: round(ours.median / base.median, 2),
      unit: '×',
      ...atMost(targets.ratio),
    },
  ];
}

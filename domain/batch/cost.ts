import type { BatchApi } from './job.js';

/** US dollars a call, of the first calls of a month; an API that is not named costs nothing. */
export type CallPrices = Readonly<Partial<Record<BatchApi, number>>>;

export type Calls = Readonly<Partial<Record<BatchApi, number>>>;

/**
 * Images that count together towards the volume of a month, and what share of the first price AWS takes for those above
 * so many: groups 1 and 2 of Rekognition Image, US East (N. Virginia), November 2026
 * (https://aws.amazon.com/rekognition/pricing/: $0.001, $0.0008, $0.0006 and $0.0004 or $0.00025). DeleteFaces is free.
 */
const groups: readonly { apis: readonly BatchApi[]; tiers: readonly { above: number; share: number }[] }[] = [
  { apis: ['IndexFaces', 'SearchFaces', 'SearchFacesByImage'], tiers: tiersTo(0.4) },
  { apis: ['DetectFaces'], tiers: tiersTo(0.25) },
];

function tiersTo(last: number) {
  return [
    { above: 0, share: 1 },
    { above: 1_000_000, share: 0.8 },
    { above: 5_000_000, share: 0.6 },
    { above: 35_000_000, share: last },
  ];
}

/**
 * What calls to Rekognition cost, US dollars: as if nothing else were called in the month and all of them in one month.
 * So it is the most there will be, but for a job of more than a million calls that runs over the end of a month.
 * @param calls of throttled ones AWS takes nothing; leave them out where their API is known
 */
export function costOf(calls: Calls, prices: CallPrices): number {
  const priced = (apis: readonly BatchApi[]) =>
    apis.reduce((sum, api) => sum + (calls[api] ?? 0) * (prices[api] ?? 0), 0);
  const grouped = groups.flatMap(({ apis }) => apis);
  const others = (Object.keys(calls) as BatchApi[]).filter((api) => !grouped.includes(api));
  return groups.reduce((cost, { apis, tiers }) => {
    const count = apis.reduce((sum, api) => sum + (calls[api] ?? 0), 0);
    return cost + (count === 0 ? 0 : (priced(apis) * firstPrices(count, tiers)) / count);
  }, priced(others));
}

/** So many calls at the first price cost as much as these do. */
function firstPrices(calls: number, tiers: readonly { above: number; share: number }[]): number {
  return tiers.reduce((sum, { above, share }, at) => {
    const to = Math.min(calls, tiers[at + 1]?.above ?? Number.POSITIVE_INFINITY);
    return sum + Math.max(0, to - above) * share;
  }, 0);
}

import type { BatchApi } from './job.js';

/** A price up to so many calls a month, and the next one after that. */
export interface PriceTier {
  /** Calls of the month up to which it holds; absent: without end. */
  upTo?: number;
  /** US dollars a call. */
  each: number;
}

/** Calls that count together towards the volume of a month. */
export interface PriceGroup {
  apis: readonly BatchApi[];
  /** The first ones first; the last has no end. */
  tiers: readonly PriceTier[];
}

/** US dollars. An API in no group costs nothing. */
export interface Prices {
  /** What they are the prices of, for people. */
  region: string;
  groups: readonly PriceGroup[];
  /** A face kept in a collection, a month. */
  faceMonth: number;
  /** A thousand requests to S3. */
  s3: { get: number; list: number };
  /** A million writes to an on-demand table of DynamoDB, of 1 KB each. */
  tableWrites: number;
  /** A gigabyte that leaves a bucket for another region. */
  transferGb: number;
}

/**
 * What AWS publishes for US East (N. Virginia), looked up on 24 November 2026; set IDV_PRICES where yours are others. AWS fills
 * its pages in with a script, so that what was read is copies of them and of its price list, which agree with each other; the
 * two prices that no copy of AWS's own says are marked below.
 *
 * Rekognition Image, groups 1 and 2, by the images of a month, and what a face costs to keep (the FAQ's $0.01 per 1,000 face
 * vectors a month): https://aws.amazon.com/rekognition/pricing/. Its example of 2.5 million images of group 2 ($1,000 and
 * $1,200) was there on 7 October 2026. Group 2 above 35 million: price list of 11 September 2026
 * (https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonRekognition/current/index.json), where images are analysed in
 * bulk; not confirmed for single calls. Group 1 above 35 million: only in what others copied from the page, without a date; not
 * confirmed. DeleteFaces is in neither group: nothing is charged for it.
 *
 * Requests and transfer: https://aws.amazon.com/s3/pricing/; $0.02 a GB between regions is also what bills say
 * (USE1-EUC1-AWS-Out-Bytes, May 2026); to us-east-2 it is half, from some regions far more. Writes: halved in November 2024
 * (https://aws.amazon.com/dynamodb/pricing/on-demand/); price list of September 2026.
 */
export const defaultPrices: Prices = {
  region: 'us-east-1',
  groups: [
    {
      apis: ['IndexFaces', 'SearchFaces', 'SearchFacesByImage'],
      tiers: [
        { upTo: 1_000_000, each: 0.001 },
        { upTo: 5_000_000, each: 0.0008 },
        { upTo: 35_000_000, each: 0.0006 },
        { each: 0.0004 }, // not confirmed
      ],
    },
    {
      apis: ['DetectFaces'],
      tiers: [
        { upTo: 1_000_000, each: 0.001 },
        { upTo: 5_000_000, each: 0.0008 },
        { upTo: 35_000_000, each: 0.0006 },
        { each: 0.00025 }, // not confirmed for single calls
      ],
    },
  ],
  faceMonth: 0.00001,
  s3: { get: 0.0004, list: 0.005 },
  tableWrites: 0.625,
  transferGb: 0.02,
};

export type Calls = Readonly<Partial<Record<BatchApi, number>>>;

/**
 * What calls to Rekognition cost, US dollars: as if nothing else were called in the month and all of them in one month.
 * Of a job that runs over the end of a month it is a little too low.
 * @param calls without those that were throttled: AWS takes nothing for them
 * @param before calls that came before these, whose volume counts: what these cost on top
 */
export function costOf(calls: Calls, prices: Pick<Prices, 'groups'>, before: Calls = {}): number {
  return prices.groups.reduce((total, { apis, tiers }) => {
    const count = (of: Calls) => apis.reduce((sum, api) => sum + (of[api] ?? 0), 0);
    const from = count(before);
    return total + tiered(from + count(calls), tiers) - tiered(from, tiers);
  }, 0);
}

/**
 * How many items more a cost ceiling has room for, each with a call of every API as often as it is named; infinite without a ceiling.
 * @param spent of the job so far, US dollars, by `calls`
 * @param underWay items whose calls are not counted yet
 */
export function itemsWithin(
  ceiling: number | undefined,
  { calls, cost: spent }: { calls: Calls; cost: number },
  perItem: readonly BatchApi[],
  underWay: number,
  prices: Pick<Prices, 'groups'>,
): number {
  if (ceiling === undefined) return Number.POSITIVE_INFINITY;
  const callsOf = (api: BatchApi) => perItem.filter((each) => each === api).length;
  const one = Object.fromEntries(perItem.map((api) => [api, callsOf(api)]));
  // Where the first calls are free, those that come are not.
  const each = costOf(one, prices, calls) || costOf(one, { groups: prices.groups.map(dearest) });
  if (each === 0) return Number.POSITIVE_INFINITY;
  return Math.max(0, Math.ceil((ceiling - spent) / each) - underWay);
}

const dearest = ({ apis, tiers }: PriceGroup): PriceGroup => ({
  apis,
  tiers: [{ each: Math.max(...tiers.map(({ each }) => each)) }],
});

/** What so many calls cost from the first one on. */
function tiered(calls: number, tiers: readonly PriceTier[]): number {
  let cost = 0;
  let from = 0;
  for (const { upTo = Number.POSITIVE_INFINITY, each } of tiers) {
    cost += Math.max(0, Math.min(calls, upTo) - from) * each;
    from = upTo;
  }
  return cost;
}

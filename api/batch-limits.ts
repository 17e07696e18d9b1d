import { defaultPrices, type Prices } from '../domain/batch/cost.js';
import type { BatchApi, Rates } from '../domain/batch/job.js';
import type { ApiSettings } from './settings.js';

/** Regions with the larger quotas, https://docs.aws.amazon.com/general/latest/gr/rekognition.html */
const LARGE = new Set(['us-east-1', 'us-west-2', 'eu-west-1']);

/** Calls a second that every account has in the region, of the same page. */
function usualQuotas(region: string): Record<BatchApi, number> {
  const [faces, detect] = LARGE.has(region) ? [50, 100] : [5, 25];
  return {
    IndexFaces: faces,
    DetectFaces: detect,
    SearchFaces: faces,
    SearchFacesByImage: faces,
    DeleteFaces: 5,
  };
}

/** Calls a second of the account: what was configured, and else what every account has. An operation without a limit is left out. */
export function quotasOf(settings: ApiSettings): Rates {
  const usual = usualQuotas(settings.IDV_REKOGNITION_REGION ?? settings.AWS_REGION);
  const all = Object.entries({ ...usual, ...given(settings.IDV_REKOGNITION_QUOTAS) });
  return Object.fromEntries(all.filter(([, quota]) => quota !== null));
}

/** The price table: what was configured, and else what AWS publishes. */
export const pricesOf = ({ IDV_PRICES }: ApiSettings): Prices =>
  ({ ...defaultPrices, ...given(IDV_PRICES) }) as Prices;

const given = (fields: object) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

import { batchApis, type Rates } from './job.js';
import type { BatchPlan } from './plan.js';

/**
 * The text of a request to AWS for higher quotas, as its support asks for it
 * (https://docs.aws.amazon.com/rekognition/latest/dg/limits.html: region, operation, rate, and what it is for).
 * @param asked.wanted calls a second by API that the job could use
 * @param asked.quotas what the account has; an API that is not named is not limited
 * @returns undefined where the quotas suffice
 */
export function quotaRequest(asked: {
  wanted: Rates;
  quotas: Rates;
  plan: Pick<BatchPlan, 'usable' | 'bytes' | 'index' | 'duplicates'>;
  region: string;
}): string | undefined {
  const { wanted, quotas, plan, region } = asked;
  const lower = batchApis.flatMap((api) => {
    const [rate, quota] = [wanted[api], quotas[api]];
    return rate !== undefined && quota !== undefined && quota < rate ? [{ api, rate, quota }] : [];
  });
  if (lower.length === 0) return undefined;
  const { index, duplicates } = plan;
  const calls = { ...index.calls, ...(duplicates.included ? duplicates.calls : {}) };
  return [
    'Service: Amazon Rekognition',
    `Region: ${region}`,
    'Request: a higher quota of transactions per second per account for',
    ...lower.map(({ api, rate, quota }) => `  ${api}: from ${quota} to ${Math.ceil(rate)}`),
    `Use case: indexing ${count(plan.usable)} existing photos of our users into face collections, once. Calls in all:`,
    ...lower.map(({ api }) => `  ${api}: ${count(calls[api] ?? 0)}`),
    ...sizeLine(plan),
    'Traffic: steady. The client paces itself at 98 % of the quota, shares that rate among all of its workers, slows ' +
      'down by a tenth whenever more than 1 % of its calls are throttled, and retries with exponential backoff and jitter.',
    'Interactive traffic of the account (logins, registrations) comes on top of these rates.',
  ].join('\n');
}

function sizeLine({ usable, bytes }: Pick<BatchPlan, 'usable' | 'bytes'>): string[] {
  if (bytes === undefined || usable === 0) return [];
  return [`Payload: JPEG or PNG, ${count(Math.round(bytes / usable / 1_000))} KB on average.`];
}

/** The same whatever the machine's language. */
const count = (value: number) => String(value).replace(/\B(?=(\d{3})+$)/g, ',');

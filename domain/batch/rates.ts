import { type BatchApi, type BatchSpec, batchApis, LEAST_RATE, type Rates, type RateWindow } from './job.js';

/** A tenth of each quota is left to people who wait, unless the job says otherwise. */
const HEADROOM = 0.1;

/** Calls a second by API; null takes a limit away. */
export type NamedRates = Readonly<Partial<Record<BatchApi, number | null | undefined>>>;

/** What somebody asks for; what is absent stays as it is. */
export interface RateChange {
  rates?: NamedRates;
  /** 0–0.95: share of the quotas that is left to logins, for APIs whose rates nobody named. */
  headroom?: number;
  windows?: readonly RateWindow[];
  /** Of the account at that time; an API that is not there is not limited. */
  quotas?: Rates;
}

type Schedule = Pick<BatchSpec, 'rates' | 'named' | 'windows' | 'quotas'>;

/** The rates of a new job: those that are named, and for the others what the quotas leave above the headroom. */
export function newRates({ rates = {}, headroom, windows = [], quotas = {} }: RateChange): Schedule {
  return changedRates({ rates: {}, windows: [] }, { rates, headroom: headroom ?? HEADROOM, windows, quotas });
}

/** The rates of a job after a change. Of two changes, in whatever order, each leaves alone what it does not name. */
export function changedRates(spec: Schedule, { rates = {}, headroom, ...change }: RateChange): Schedule {
  const quotas = change.quotas ?? spec.quotas ?? {};
  const named = batchApis.filter((api) => rates[api] !== undefined || spec.named?.includes(api));
  const free = batchApis.flatMap((api) => {
    const quota = quotas[api];
    const isFree = headroom !== undefined && quota !== undefined && !named.includes(api);
    return isFree ? [[api, quota * (1 - headroom)] as const] : [];
  });
  const all = Object.entries({ ...spec.rates, ...Object.fromEntries(free), ...rates });
  return {
    rates: Object.fromEntries(all.filter(([, rate]) => rate !== null && rate !== undefined)),
    ...(named.length > 0 ? { named } : {}),
    windows: change.windows ?? spec.windows,
    ...(Object.keys(quotas).length > 0 ? { quotas } : {}),
  };
}

/** A window that slows an API down below what a job can wait for. */
export interface SlowWindow {
  /** From 0. */
  window: number;
  message: string;
}

/** No API may be slower than `LEAST_RATE` in a window either, unless it rests. @returns windows where one is */
export function tooSlow({ rates, windows }: Pick<Schedule, 'rates' | 'windows'>): SlowWindow[] {
  return windows.flatMap(({ share }, window) => {
    const slow = Object.entries(rates).find(([, rate]) => share > 0 && rate * share < LEAST_RATE);
    if (!slow) return [];
    const [api, rate] = slow;
    const message = `must be 0, or leave ${api} (${rate} a second) at least ${LEAST_RATE} a second`;
    return [{ window, message }];
  });
}

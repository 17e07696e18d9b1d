import { type Calls, costOf, type Prices } from './cost.js';
import { type BatchApi, type BatchSpec, batchApis, type Rates, searchesDuplicates } from './job.js';
import { PACE_SHARE } from './pace.js';
import { type PlanWarning, planWarnings } from './plan-warnings.js';
import { quotaRequest } from './quota-request.js';
import type { SourceSurvey } from './survey.js';
import { fullSeconds, secondsFor } from './working-time.js';

/** What a plan is asked about. */
export interface PlanRequest {
  spec: BatchSpec;
  /** For how long a run the needed rates are wished for. */
  hours?: number;
  /** What the account has, calls a second; an API that is not named is not limited. */
  quotas: Rates;
  prices: Prices;
  /** Of Rekognition. */
  region: string;
  /** When the job would begin, milliseconds since the epoch. */
  startAt: number;
}

/** A pass over the items: what it calls, how long it takes, what it costs. */
export interface PlannedPass {
  /** At most: of each photo that can be tried. */
  calls: Calls;
  /** At the rates of the job, or the quotas where those are lower; absent: nothing limits it, or it never ends. */
  seconds?: number;
  /** Calls a second that the quota has to allow for the wished-for hours; absent where none are wished for. */
  needed?: Rates;
  cost: PlannedCost;
}

/** US dollars. */
export interface PlannedCost {
  rekognition: number;
  /** Requests to the buckets of the source. */
  s3: number;
  /** What leaves the bucket's region. */
  transfer: number;
  dynamodb: number;
  total: number;
}

export interface PlannedShard {
  shard: string;
  collection: string;
  /** Now, and after the job; absent: there is no such collection. */
  faces?: number;
  facesAfter: number;
  /** 0–1 of the 20 million that a collection holds. */
  fill: number;
}

/** What a batch job would do, take and cost. Nothing was written to find it out. */
export interface BatchPlan {
  /** Photos that the job would meet, and those of them that it would try. */
  items: number;
  usable: number;
  /** Of the photos that it would try; absent where nothing says it. */
  bytes?: number;
  index: PlannedPass;
  /** The search for duplicates on its own, whether or not the job would make it. */
  duplicates: PlannedPass & { included: boolean };
  /** All that is included. */
  total: { seconds?: number; cost: number; faceStorageMonth: number };
  shards: readonly PlannedShard[];
  /** To be sent to AWS; absent where the quotas suffice. */
  quotaRequest?: string;
  warnings: readonly PlanWarning[];
}

/** Whitepaper, "Collections"; https://docs.aws.amazon.com/rekognition/latest/dg/limits.html */
const COLLECTION_FACES = 20_000_000;
const GB = 1_000_000_000;
const LIST_PAGE = 1_000;
/** An item's reservation, its face's row, its user's row, its ledger's row, and the pointer of its user to that. */
const ITEM_WRITES = 5;

/** Makes a plan of what a look at the source found. */
export function planOf(asked: PlanRequest, survey: SourceSurvey): BatchPlan {
  const { spec, prices, quotas } = asked;
  const searched = survey.shards.length;
  const items = Math.min(survey.items, spec.limit ?? Number.POSITIVE_INFINITY);
  const share = survey.items > 0 ? items / survey.items : 0;
  const unusable = Object.values(survey.unusable).reduce((sum, count) => sum + count, 0);
  const usable = Math.max(0, Math.round((survey.items - unusable) * share));
  const bytes = bytesOf(survey, usable);
  const indexCalls: Calls = { IndexFaces: usable, ...(spec.precheck ? { DetectFaces: usable } : {}) };
  const isFirst = spec.onExisting !== 'replace' && survey.shards.every(({ faces = 0 }) => faces === 0);
  const duplicateCalls = callsForDuplicates(usable, searched, isFirst);
  const byImage = duplicateCalls.SearchFacesByImage ?? 0;
  /** @param times that each photo is read, on average */
  const sent = (times: number) => (survey.elsewhere ? ((bytes ?? 0) * times) / GB : 0) * prices.transferGb;
  const isManifest = spec.source.kind === 'manifest';
  const reads = (isManifest ? usable : 0) + (spec.precheck || survey.elsewhere ? usable : 0);
  const lists = isManifest ? 0 : Math.ceil(items / LIST_PAGE);
  const included = searchesDuplicates({ spec, items });
  const hours = hoursOf(asked, { index: indexCalls, duplicates: duplicateCalls }, included);
  const index = pass(asked, hours.index, indexCalls, {
    rekognition: costOf(indexCalls, prices),
    s3: (reads * prices.s3.get + lists * prices.s3.list) / 1_000,
    transfer: sent(1),
    dynamodb: (usable * ITEM_WRITES * prices.tableWrites) / 1_000_000,
  });
  const duplicates = {
    included,
    ...pass(asked, hours.duplicates, duplicateCalls, {
      rekognition: costOf(duplicateCalls, prices, indexCalls),
      // Every search by a photo reads it anew, in each of the shards.
      s3: survey.elsewhere ? (byImage * prices.s3.get) / 1_000 : 0,
      transfer: sent(usable > 0 ? byImage / usable : 0),
      dynamodb: 0,
    }),
  };
  const passes = [index, ...(duplicates.included ? [duplicates] : [])];
  const seconds = passes.map((each) => each.seconds);
  const known = seconds.filter((each) => each !== undefined);
  const plan = {
    ...{ items, usable, index, duplicates },
    ...(bytes === undefined ? {} : { bytes }),
    total: {
      ...(known.length === seconds.length ? { seconds: known.reduce((sum, each) => sum + each, 0) } : {}),
      cost: passes.reduce((sum, { cost }) => sum + cost.total, 0),
      faceStorageMonth: usable * prices.faceMonth,
    },
    shards: shardsAfter(survey, usable),
  };
  const wanted = quotasWanted(asked, passes);
  const request = quotaRequest({ wanted, quotas, plan, region: asked.region });
  const warnings = planWarnings({ asked, survey, plan, wanted });
  return { ...plan, ...(request ? { quotaRequest: request } : {}), warnings };
}

/** Of those that would be tried: what cannot be indexed is not read. */
function bytesOf({ bytes, sample, items, unusable }: SourceSurvey, usable: number) {
  const all = Object.values(unusable).reduce((left, count) => left - count, items);
  if (bytes !== undefined) return all > 0 ? Math.round((bytes * usable) / all) : 0;
  const there = sample.looked - sample.missing - (sample.denied ?? 0);
  return there > 0 ? Math.round((sample.bytes / there) * usable) : undefined;
}

/**
 * Each face is searched in its own shard, and its photo in those that come after it, half of the others on average; in all others
 * where there are faces already.
 */
function callsForDuplicates(faces: number, shards: number, isFirst: boolean): Calls {
  const others = Math.max(0, shards - 1) / (isFirst ? 2 : 1);
  return { SearchFaces: faces, ...(others > 0 ? { SearchFacesByImage: Math.ceil(faces * others) } : {}) };
}

function pass(
  asked: PlanRequest,
  hours: number | undefined,
  calls: Calls,
  cost: Omit<PlannedCost, 'total'>,
): PlannedPass {
  const seconds = durationOf(asked, calls);
  const needed = neededRates(hours, calls);
  const total = cost.rekognition + cost.s3 + cost.transfer + cost.dynamodb;
  return {
    calls,
    ...(seconds === undefined ? {} : { seconds }),
    ...(needed ? { needed } : {}),
    cost: { ...cost, total },
  };
}

const called = (calls: Calls) => batchApis.filter((api) => (calls[api] ?? 0) > 0);

/** Calls a second outside of windows; infinite: nothing limits them. */
const limitOf = ({ spec, quotas }: PlanRequest, api: BatchApi): number =>
  Math.min(spec.rates[api] ?? Number.POSITIVE_INFINITY, quotas[api] ?? Number.POSITIVE_INFINITY);

/** The slowest API says how long it takes. Nothing is faster than the quota, in whatever window. */
function durationOf(asked: PlanRequest, calls: Calls): number | undefined {
  const { spec, quotas, startAt } = asked;
  if (called(calls).length === 0) return 0;
  // What has no limit takes the time of the others.
  const limited = called(calls).filter((api) => Number.isFinite(limitOf(asked, api)));
  const times = limited.map((api) => {
    const limit = limitOf(asked, api);
    if (!(limit > 0)) return undefined;
    const [rate, quota] = [spec.rates[api], quotas[api] ?? Number.POSITIVE_INFINITY];
    // What the job does not limit has the quota in every window that does not rest.
    const shareOf = (share: number) =>
      rate === undefined ? Math.sign(share) : Math.min(rate * share, quota) / limit;
    const windows = spec.windows.map((window) => ({ ...window, share: shareOf(window.share) }));
    return secondsFor(windows, startAt, (calls[api] ?? 0) / (limit * PACE_SHARE));
  });
  const known = times.filter((time) => time !== undefined);
  return known.length > 0 && known.length === times.length ? Math.max(...known) : undefined;
}

/**
 * Full seconds that the passes have of the wished-for hours: together no more than those, each by its share of the work as the
 * limits have it, or by calls where nothing limits them. A pass that is not included is told as if it had them all.
 */
function hoursOf(
  asked: PlanRequest,
  calls: { index: Calls; duplicates: Calls },
  included: boolean,
): { index: number | undefined; duplicates: number | undefined } {
  const { spec, hours, startAt } = asked;
  if (hours === undefined) return { index: undefined, duplicates: undefined };
  // A quota has to allow for the fastest window: shares above 1 do not make it any smaller.
  const windows = spec.windows.map((window) => ({ ...window, share: Math.min(1, window.share) }));
  const all = fullSeconds(windows, startAt, startAt + hours * 3_600_000);
  if (!included) return { index: all, duplicates: all };
  const most = (of: Calls, by: (api: BatchApi) => number) =>
    Math.max(0, ...called(of).map((api) => (of[api] ?? 0) / by(api)));
  const limits = (of: Calls) => most(of, (api) => limitOf(asked, api));
  const counts = (of: Calls) => most(of, () => 1);
  const isLimited = limits(calls.index) > 0 && limits(calls.duplicates) > 0;
  const weigh =
    isLimited && Number.isFinite(limits(calls.index) + limits(calls.duplicates)) ? limits : counts;
  const sum = weigh(calls.index) + weigh(calls.duplicates);
  const part = (of: Calls) => (sum > 0 ? (all * weigh(of)) / sum : all);
  return { index: part(calls.index), duplicates: part(calls.duplicates) };
}

/** Rounded up to a tenth, so that what is told also suffices. @param seconds of full rates that there are */
function neededRates(seconds: number | undefined, calls: Calls): Rates | undefined {
  if (seconds === undefined || !(seconds > 0)) return undefined;
  const rate = (api: BatchApi) => Math.ceil(((calls[api] ?? 0) / (seconds * PACE_SHARE)) * 10) / 10;
  return Object.fromEntries(called(calls).map((api) => [api, rate(api)]));
}

/** Quotas that the job could use: its rates, and what the wished-for hours need. */
function quotasWanted({ spec }: PlanRequest, passes: readonly PlannedPass[]): Rates {
  const apis = passes.flatMap(({ calls }) => called(calls));
  const wanted = apis.map((api) => {
    const rates = [spec.rates[api], ...passes.map(({ needed }) => needed?.[api])];
    return [api, Math.max(0, ...rates.filter((rate) => rate !== undefined))] as const;
  });
  return Object.fromEntries(wanted.filter(([, rate]) => rate > 0));
}

/** New users are spread evenly over those that take them (shards.ts). */
function shardsAfter({ shards }: SourceSurvey, faces: number): PlannedShard[] {
  const taking = shards.filter(({ takesNew }) => takesNew !== false).length;
  return shards.map(({ takesNew = true, ...shard }) => {
    const facesAfter = (shard.faces ?? 0) + (takesNew ? Math.ceil(faces / taking) : 0);
    return { ...shard, facesAfter, fill: facesAfter / COLLECTION_FACES };
  });
}

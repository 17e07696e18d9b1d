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
  const items = Math.min(survey.items, spec.limit ?? Number.POSITIVE_INFINITY);
  const share = survey.items > 0 ? items / survey.items : 0;
  const unusable = Object.values(survey.unusable).reduce((sum, count) => sum + count, 0);
  const usable = Math.max(0, Math.round((survey.items - unusable) * share));
  const bytes = bytesOf(survey, items, usable);
  const indexCalls: Calls = { IndexFaces: usable, ...(spec.precheck ? { DetectFaces: usable } : {}) };
  const duplicateCalls = callsForDuplicates(usable, survey.shards.length);
  const sent = (read: boolean) => (survey.elsewhere && read ? (bytes ?? 0) / GB : 0) * prices.transferGb;
  const isManifest = spec.source.kind === 'manifest';
  const reads = (isManifest ? usable : 0) + (spec.precheck || survey.elsewhere ? usable : 0);
  const lists = isManifest ? 0 : Math.ceil(items / LIST_PAGE);
  const index = pass(asked, indexCalls, {
    rekognition: costOf(indexCalls, prices),
    s3: (reads * prices.s3.get + lists * prices.s3.list) / 1_000,
    transfer: sent(true),
    dynamodb: (usable * ITEM_WRITES * prices.tableWrites) / 1_000_000,
  });
  const byImage = (duplicateCalls.SearchFacesByImage ?? 0) > 0;
  const duplicates = {
    included: searchesDuplicates({ spec, items }),
    ...pass(asked, duplicateCalls, {
      rekognition: costOf(duplicateCalls, prices, indexCalls),
      s3: byImage && survey.elsewhere ? (usable * prices.s3.get) / 1_000 : 0,
      transfer: sent(byImage),
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

function bytesOf({ bytes, sample, items: all }: SourceSurvey, items: number, usable: number) {
  if (bytes !== undefined) return all > 0 ? Math.round((bytes * items) / all) : 0;
  const there = sample.looked - sample.missing;
  return there > 0 ? Math.round((sample.bytes / there) * usable) : undefined;
}

/** Each face is searched in its own shard, and its photo in those that come after it: half of the others on average. */
function callsForDuplicates(faces: number, shards: number): Calls {
  const others = Math.max(0, shards - 1) / 2;
  return { SearchFaces: faces, ...(others > 0 ? { SearchFacesByImage: Math.ceil(faces * others) } : {}) };
}

function pass(asked: PlanRequest, calls: Calls, cost: Omit<PlannedCost, 'total'>): PlannedPass {
  const seconds = durationOf(asked, calls);
  const needed = neededRates(asked, calls);
  const total = cost.rekognition + cost.s3 + cost.transfer + cost.dynamodb;
  return {
    calls,
    ...(seconds === undefined ? {} : { seconds }),
    ...(needed ? { needed } : {}),
    cost: { ...cost, total },
  };
}

const called = (calls: Calls) => batchApis.filter((api) => (calls[api] ?? 0) > 0);

/** The slowest API says how long it takes. */
function durationOf({ spec, quotas, startAt }: PlanRequest, calls: Calls): number | undefined {
  const limit = (api: BatchApi) =>
    Math.min(spec.rates[api] ?? Number.POSITIVE_INFINITY, quotas[api] ?? Number.POSITIVE_INFINITY);
  const work = called(calls).map((api) => (calls[api] ?? 0) / (limit(api) * PACE_SHARE));
  if (work.length === 0) return 0;
  const longest = Math.max(...work);
  return longest > 0 && Number.isFinite(longest) ? secondsFor(spec.windows, startAt, longest) : undefined;
}

/** Rounded up to a tenth, so that what is told also suffices. */
function neededRates({ spec, hours, startAt }: PlanRequest, calls: Calls): Rates | undefined {
  if (hours === undefined) return undefined;
  const seconds = fullSeconds(spec.windows, startAt, startAt + hours * 3_600_000);
  if (!(seconds > 0)) return undefined;
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

/** New users are spread evenly (shards.ts). */
function shardsAfter({ shards }: SourceSurvey, faces: number): PlannedShard[] {
  return shards.map((shard) => {
    const facesAfter = (shard.faces ?? 0) + Math.ceil(faces / shards.length);
    return { ...shard, facesAfter, fill: facesAfter / COLLECTION_FACES };
  });
}

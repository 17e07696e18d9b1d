import type { PolicyVersion } from '../policy.js';
import type { ItemCounts } from './item.js';
import type { WorkByPhase } from './phase-work.js';
import type { BatchSource } from './source.js';

/** Operations of Rekognition that a batch job makes, each with a quota of its own. */
export const batchApis = [
  'IndexFaces',
  'DetectFaces',
  'SearchFaces',
  'SearchFacesByImage',
  'DeleteFaces',
] as const;
export type BatchApi = (typeof batchApis)[number];

/** Calls a second by API; one that is not named is not limited. */
export type Rates = Readonly<Partial<Record<BatchApi, number>>>;

/** Calls a second of an API that is limited at all: a wait between two of them has to fit a timer (2^31 ms). */
export const LEAST_RATE = 0.1;

/** Another rate for some hours of every day, UTC. `to` before `from`: through midnight. */
export interface RateWindow {
  /** `HH:MM`. */
  from: string;
  to: string;
  /** Of the rates outside of windows, 0 and above; 0 rests. */
  share: number;
}

/** What a batch job is to do. */
export interface BatchSpec {
  source: BatchSource;
  /** What becomes of a photo whose user has a face already, from before or from this job. */
  onExisting: 'skip' | 'add' | 'replace';
  /** DetectFaces and the gates of the policy, before IndexFaces. */
  precheck: boolean;
  /** Looks for one person under two user ids afterwards; absent: where the job has no more than `FEW_ITEMS`. */
  duplicates?: boolean;
  rates: Rates;
  /** APIs whose rates somebody named: another headroom leaves them alone. Absent: none. */
  named?: readonly BatchApi[];
  windows: readonly RateWindow[];
  /** Of the account, calls a second: no rate, nor its share in a window, goes beyond. Absent: none is known. */
  quotas?: Rates;
  /** Pauses when the calls of the job have cost so much, US dollars. */
  costCeiling?: number;
  /** Stops after so many items: a trial. */
  limit?: number;
  policy: PolicyVersion;
}

/** The duplicate pass is off above it, unless asked for: it costs as much again. */
const FEW_ITEMS = 1_000_000;

export const searchesDuplicates = ({ spec, items }: { spec: BatchSpec; items: number }): boolean =>
  spec.duplicates ?? items <= FEW_ITEMS;

export type BatchPhase = 'index' | 'retry' | 'duplicates' | 'rollback' | 'report' | 'ended';

/** `paused` rests in its phase until it is resumed. */
export type BatchStatus = 'running' | 'paused' | 'canceled' | 'completed' | 'failed';

/** Nothing of it is to come but a retry that somebody asks for. */
export const hasEnded = ({ status }: { status: BatchStatus }): boolean =>
  status !== 'running' && status !== 'paused';

/** Why nothing moves. `blocked`: an operator must act (a bucket that may not be read, a collection that is missing). */
export type PauseReason = 'requested' | 'cost_ceiling' | 'blocked';

export interface BatchAction {
  command: 'pause' | 'resume' | 'rate' | 'retry' | 'cancel';
  /** Id of the API key, or of the operator. */
  by: string;
  /** Of what came with an Idempotency-Key: hashes, so that a repeat is known for one. */
  request?: { key: string; body: string };
  /** Milliseconds since the epoch. */
  at: number;
}

/** A stretch of time of the run, for plots and estimates; coarser the longer the job runs. */
export interface BatchSample {
  /** When it began, milliseconds since the epoch; it lasts until the next one. */
  at: number;
  items: number;
  /** Throttled ones too. */
  calls: number;
  throttled: number;
}

/** What a job says of itself: the workflow's state, the row's body and the Query's answer. */
export interface BatchState {
  jobId: string;
  status: BatchStatus;
  phase: BatchPhase;
  /** Grows with every change, so that an older copy never overwrites a newer one. */
  revision: number;
  pausedFor?: PauseReason;
  /** It was cancelled and has not ended yet. */
  canceling?: { rollback: boolean };
  /** Of `blocked` and `failed`, for operators; nothing personal. */
  message?: string;
  spec: BatchSpec;
  counts: ItemCounts;
  /** Items that were met so far; all of them once `listed`. */
  items: number;
  listed: boolean;
  /** Chunks that were handed out, and those that have ended. */
  chunks: { begun: number; done: number };
  /** Calls to Rekognition that were not throttled, which is what is paid for, and how many there were beside them that were. */
  calls: Readonly<Partial<Record<BatchApi, number>>>;
  throttled: number;
  /** Share (0–1) of the rates that throttling leaves. */
  allowed: number;
  /** US dollars, by the price table. */
  cost: number;
  samples: readonly BatchSample[];
  /** What each phase took; absent in jobs from before it was counted. */
  work?: WorkByPhase;
  duplicates?: { searched: number; pairs: number };
  /** Chunks that a cancel broke off and whose part of the source could not be read any more (`unsettled.ts`). */
  unsettled?: number;
  /** Where the report is, once it is written. */
  report?: { bucket: string; prefix: string };
  actions: readonly BatchAction[];
  createdAt: number;
  updatedAt: number;
  endedAt?: number;
}

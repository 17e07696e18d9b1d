import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { FaceCount, LanePace, RetryRound, SourcePosition } from '../domain/batch/chunk.js';
import type { Prices } from '../domain/batch/cost.js';
import type { ItemReason } from '../domain/batch/item.js';
import type { BatchAction, BatchSpec, BatchState } from '../domain/batch/job.js';
import type { RateChange } from '../domain/batch/rates.js';
import type { SourceRange } from '../domain/batch/source.js';
import type { Spans } from '../domain/batch/spans.js';
import type { Policy } from '../domain/policy.js';
import type { Tenant } from '../domain/session.js';
import type { Actor } from './messages.js';

/** What a batch job's workflow starts with. */
export interface BatchInput {
  tenant: Tenant;
  jobId: string;
  spec: BatchSpec;
  /** As it was when the job began: a later version does not change a running job. */
  policy: Policy;
  /** What calls cost, for the job's ceiling. */
  prices: Pick<Prices, 'groups'>;
  /** Of a run that goes on where another one ended. */
  carried?: CarriedJob;
}

/** A part of the source that waits for a lane. */
export interface WaitingRange {
  range: SourceRange;
  items: number;
}

/** One that has its number: it was begun before, and has to be worked on again. */
export interface BegunRange extends WaitingRange {
  chunk: number;
}

/** Chunks by number that a phase still has to go through: those named, and all from `next` on. */
export interface Walk {
  again: Spans;
  next: number;
}

/** What a run knows of a job beyond what it says of itself. Nothing of it grows with the items. */
export interface CarriedJob {
  state: BatchState;
  /** Where the next split begins; absent: at the beginning of the source, or it is at its end (`state.listed`). */
  position?: SourcePosition;
  waiting: WaitingRange[];
  /** Came back from a lane. */
  again: BegunRange[];
  /** Items of a chunk when the source was split last. */
  splitInto: number;
  /** Where each lane stands. */
  lanes: Pick<LanePace, 'next' | 'allowed'>[];
  /** Asked for and not begun: the reasons; of all where it is empty. */
  asked?: readonly ItemReason[];
  /** Under way: the chunks that are left, and those that were begun and have not ended. */
  retry?: RetryRound & { left: Walk; begun: number[] };
  /** By number of the chunk, of those that came back: how often they were tried. */
  tries?: Readonly<Record<string, number>>;
  duplicates: Walk;
  /** Before the job indexed anything; absent: nobody has counted. */
  before?: FaceCount;
  /** There are faces that the job did not index: each of its own is searched for in every shard. */
  searchesEverywhere?: boolean;
  rollback: Walk;
  canceling?: { rollback: boolean };
  /** Nobody waits for a retry of dead letters any more. */
  letGo?: true;
  /** The report says how the job stands. */
  isReported: boolean;
}

/** Who tells a job to do something. */
export interface BatchActor extends Actor, Pick<BatchAction, 'request'> {}

export interface BatchResume extends BatchActor {
  /** US dollars; above what the job has cost, where it had reached its ceiling. */
  costCeiling?: number;
}

/** No more than what was asked for: the job knows what it changes. */
export interface BatchRate extends BatchActor, RateChange {}

export interface BatchRetry extends BatchActor {
  /** Of the dead letters to be tried again; of all where it is empty. */
  reasons: readonly ItemReason[];
}

export interface BatchCancel extends BatchActor {
  /** What the job has indexed is removed. */
  rollback: boolean;
}

/** Begins no more chunks; those on lanes come to their end. */
export const pauseBatch = defineUpdate<BatchState, [BatchActor]>('pauseBatch');
/** Goes on, whatever it was paused for. */
export const resumeBatch = defineUpdate<BatchState, [BatchResume]>('resumeBatch');
/** Other rates, from the next chunk of each lane on. */
export const rateBatch = defineUpdate<BatchState, [BatchRate]>('rateBatch');
/** Tries dead letters again, before whatever else there is to do. */
export const retryBatch = defineUpdate<BatchState, [BatchRetry]>('retryBatch');
/** Stops the job; it ends once it has taken back what it was to take back, and reported. */
export const cancelBatch = defineUpdate<BatchState, [BatchCancel]>('cancelBatch');
/** Also answered after the end, as long as Temporal keeps the workflow. */
export const batchStateQuery = defineQuery<BatchState>('batchState');

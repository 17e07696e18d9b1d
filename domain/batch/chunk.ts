import type { Policy } from '../policy.js';
import type { Tenant } from '../session.js';
import type { ItemCounts, ItemReason } from './item.js';
import type { BatchApi, BatchSpec, Rates } from './job.js';
import type { SourceRange } from './source.js';

/**
 * One of the lanes on which chunks follow each other. Its turns go on over chunks: what a chunk leaves unused between its
 * last call and the first of the next one is caught up, up to a second's worth.
 */
export interface LanePace {
  /** Calls a second that this lane may make; an API that is not named is not limited. */
  rates: Rates;
  /** When the next turn is free, by API, milliseconds since the epoch; absent: now. */
  next: Readonly<Partial<Record<BatchApi, number>>>;
  /** What throttling leaves of the rates, 0–1. */
  allowed: number;
}

/** What a chunk is worked on with. */
export interface ChunkRequest {
  tenant: Tenant;
  jobId: string;
  spec: BatchSpec;
  /** As it was when the job began. */
  policy: Policy;
  /** From 0. */
  chunk: number;
  /** Absent of a retry: those items come from the ledger. */
  range?: SourceRange;
  pace: LanePace;
  /** Calls at once at most. */
  concurrency: number;
  /** Of the chunk, before this activity: each has ended, and none has brought the chunk to its end. */
  tries?: number;
  /** Only dead letters; absent: what the ledger does not have. */
  retry?: RetryRound;
}

/** Dead letters that are tried again because somebody asked for it. */
export interface RetryRound {
  /** Of all reasons where it is empty. */
  reasons: readonly ItemReason[];
  /** Which of the retries of the job it is. */
  round: string;
}

/** What came of a chunk: what its ledger says in the end, and what it took. */
export interface ChunkResult {
  items: number;
  counts: ItemCounts;
  /** What the ledger said when the work began that this result is of: of a retry or a rollback. */
  before?: ItemCounts;
  /**
   * Those that were not throttled: AWS takes nothing for the others. Of all tries, but for what one whose worker was killed had
   * called since its last heartbeat.
   */
  calls: Readonly<Partial<Record<BatchApi, number>>>;
  /** Calls beside those. */
  throttled: number;
  pace: Pick<LanePace, 'next' | 'allowed'>;
}

/** Parts of a source, in order, and where the next ones begin; the source is at its end where `position` is absent. */
export interface Split {
  chunks: readonly { range: SourceRange; items: number }[];
  position?: SourcePosition;
}

/**
 * `keys`: after this key. `bytes`: from this byte of the manifest, on this line; `etag` of the manifest: another one is another
 * source. `inside`: in the midst of a line that is too long to be read, whose rest is no item.
 */
export type SourcePosition =
  | { kind: 'keys'; after: string }
  | { kind: 'bytes'; from: number; line: number; etag: string; inside?: true };

/** What the collections have that searches ask. */
export interface FaceCount {
  faces: number;
  collections: number;
}

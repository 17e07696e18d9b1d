import type { ChunkResult } from '../../domain/batch/chunk.js';
import type { ItemCounts, ItemOutcome, ItemReason, ItemStatus } from '../../domain/batch/item.js';
import type { BatchState } from '../../domain/batch/job.js';
import type { DuplicatePair, PairDecision, PairName } from '../../domain/batch/pair.js';
import type { Tenant } from '../../domain/session.js';

export interface Page {
  limit: number;
  cursor?: string;
}

/** Whoever works on a chunk: the later of two tries keeps the earlier one from writing. */
export interface ChunkClaim {
  chunk: number;
  /** Grows with every try; the ledger counts, for clocks of workers differ. */
  fence: number;
  /** Of tries before that brought no result. */
  spent?: SpentCalls;
}

/** Calls of tries that brought no result, so that they are counted with the next one. */
export interface SpentCalls extends Pick<ChunkResult, 'calls' | 'throttled'> {
  /** What they were made for: the index of the chunk, a round of retries, a search, a rollback. */
  work: string;
}

/** Rows of batch jobs: the jobs, the claims of their chunks, the ledger of their items, pairs of duplicates. */
export interface BatchTable {
  /** Makes the row of a job. Returns what is there already under the same id, with its fingerprint. */
  create(
    tenant: Tenant,
    state: BatchState,
    fingerprint: string,
  ): Promise<{ fingerprint: string; state: BatchState } | undefined>;
  /** Writes where the job stands, unless a newer revision is there. */
  save(tenant: Tenant, state: BatchState): Promise<void>;
  /** Strongly consistent. */
  read(tenant: Tenant, jobId: string): Promise<BatchState | undefined>;
  /** The newest first; eventually consistent. */
  list(tenant: Tenant, page: Page): Promise<{ jobs: BatchState[]; nextCursor?: string }>;

  /** Takes the chunk from whoever had it. */
  claim(tenant: Tenant, jobId: string, chunk: number): Promise<ChunkClaim>;
  /** Keeps with the claim what was called without a result; undefined forgets it. Nothing where a later try has the chunk. */
  keepSpent(tenant: Tenant, jobId: string, claim: ChunkClaim, spent: SpentCalls | undefined): Promise<void>;
  /** False: a later try has the chunk. Strongly consistent. */
  holds(tenant: Tenant, jobId: string, claim: ChunkClaim): Promise<boolean>;
  /**
   * Stores what the ledger says of a chunk before a round of work changes it, once a round; of the round before nothing is known
   * any more.
   * @param round another one each time the whole chunk is worked on again
   * @returns what is stored: by this try, or an earlier one
   */
  beginRound(
    tenant: Tenant,
    jobId: string,
    chunk: number,
    round: string,
    counts: ItemCounts,
  ): Promise<ItemCounts>;
  /** What `beginRound` has stored; undefined where the round has not begun. Strongly consistent. */
  roundOf(tenant: Tenant, jobId: string, chunk: number, round: string): Promise<ItemCounts | undefined>;
  /** Everything the ledger has of a chunk. Strongly consistent. */
  readChunk(tenant: Tenant, jobId: string, chunk: number): Promise<ItemOutcome[]>;
  /** Writes outcomes, over what is there of the same items. @returns false when the claim was lost, and nothing is written */
  record(
    tenant: Tenant,
    jobId: string,
    claim: ChunkClaim,
    outcomes: readonly ItemOutcome[],
  ): Promise<boolean>;
  /**
   * Items, chunk by chunk, or those of one status (and reason) that is not `indexed`, from an index that may lag.
   * @param filter.chunks how many chunks there are: the cursor walks over them
   */
  items(
    tenant: Tenant,
    jobId: string,
    filter: { status?: ItemStatus; reason?: ItemReason; chunks: number },
    page: Page,
  ): Promise<{ items: ItemOutcome[]; nextCursor?: string }>;

  /**
   * Stores a pair, once however often it is met; what was resolved stays so. Rows that the ledger of this job has of the two
   * are marked `duplicate`, also when the pair was there: an earlier try may have come no further.
   * @returns true when it is new
   */
  addPair(tenant: Tenant, jobId: string, pair: DuplicatePair): Promise<boolean>;
  /** Strongly consistent. */
  pair(tenant: Tenant, jobId: string, name: PairName): Promise<DuplicatePair | undefined>;
  /** Strongly consistent. */
  pairs(tenant: Tenant, jobId: string, page: Page): Promise<{ pairs: DuplicatePair[]; nextCursor?: string }>;
  /** Pairs with a face of the user, over all jobs. Strongly consistent. */
  pairsOf(tenant: Tenant, subject: string): Promise<{ jobId: string; pair: DuplicatePair }[]>;
  /** @returns false when there is no such pair */
  resolve(tenant: Tenant, jobId: string, name: PairName, decision: PairDecision): Promise<boolean>;
  /** Removes a pair, and what leads to it; one that is not there is no error. */
  dropPair(tenant: Tenant, jobId: string, name: PairName): Promise<void>;

  /** Keeps a user out of a job: it is erased while the job runs. May be repeated. */
  noteErased(tenant: Tenant, jobId: string, subject: string): Promise<void>;
  /** Users who are kept out of the job. Strongly consistent. */
  erasedUsers(tenant: Tenant, jobId: string): Promise<ReadonlySet<string>>;

  /**
   * What the ledgers have of a user, over all jobs, is of another one from now on (`subject` of the rows, and what leads to
   * them), pairs left out. May be repeated.
   */
  moveSubject(tenant: Tenant, from: string, to: string): Promise<void>;
  /** Where the photos of a user are that the ledgers know, over all jobs: `s3://bucket/key`, each once. Strongly consistent. */
  photosOf(tenant: Tenant, subject: string): Promise<string[]>;
  /**
   * Everything the ledgers have of a user, over all jobs: for an erasure.
   * @param changed called of each job once its rows are gone, before what leads to them goes: so that who repeats it after a
   *   stop comes here again
   * @returns how many rows are gone
   */
  forgetSubject(
    tenant: Tenant,
    subject: string,
    changed?: (jobId: string, chunks: readonly number[]) => Promise<void>,
  ): Promise<number>;
}

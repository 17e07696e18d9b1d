/** What a command needs of a batch job as the API shows it (docs/http.md). */
export interface Job {
  id: string;
  status: 'running' | 'paused' | 'canceled' | 'completed' | 'failed';
  phase: string;
  paused_for: string | null;
  /** It was cancelled and has not ended yet. */
  canceling?: { rollback: boolean } | null;
  message: string | null;
  allowed_commands: readonly string[];
  source: { type: string; bucket: string; prefix?: string; key?: string };
  rates: Readonly<Record<string, number>>;
  rate_windows: readonly { from: string; to: string; share: number }[];
  /** Calls a second that the account has, by operation. */
  quotas?: Readonly<Record<string, number>> | null;
  cost_ceiling: number | null;
  limit: number | null;
  /** By status: `indexed`, `rejected`, `skipped`, `dead_letter`. */
  counts: Readonly<Record<string, number>>;
  /** By status, then by reason. */
  reasons: Readonly<Record<string, Readonly<Record<string, number>>>>;
  items: { met: number; all_met: boolean };
  progress: Progress;
  calls: Readonly<Record<string, number>>;
  throttled: number;
  /** US dollars. */
  cost: number;
  duplicate_pass: { searched: number; pairs: number } | null;
  report: Readonly<Record<string, string>> | null;
  actions: readonly { command: string; by: string; at: string }[];
  created_at: string;
  updated_at: string;
  ended_at: string | null;
}

/** How it has gone in the last minutes. */
export interface Progress {
  /** 0–1 of the phase; null while nobody knows how many there are. */
  share: number | null;
  items_per_second: number;
  calls_per_second: number;
  /** 0–1. */
  throttled_share: number;
  /** Calls a second that may be made now; null: no limit. */
  allowed_calls_per_second: number | null;
  seconds_left: number | null;
  /** Chunks that have not ended: not in the counts yet; null where nobody said. */
  under_way?: { chunks: number; items_done: number } | null;
}

export const BATCH_JOBS = '/v1/batch-jobs';

export const pathOfJob = (id: string): string => `${BATCH_JOBS}/${encodeURIComponent(id)}`;

/** Nothing changes any more. */
export const hasEnded = ({ ended_at }: Job): boolean => ended_at !== null;

/** Items that have an outcome. */
export const doneItems = ({ counts }: Job): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

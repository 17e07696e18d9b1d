import { allowedBatchCommands } from '../domain/batch/commands.js';
import { type ItemOutcome, itemReasons } from '../domain/batch/item.js';
import { type BatchState, searchesDuplicates } from '../domain/batch/job.js';
import { progressOf, type UnderWay } from '../domain/batch/progress.js';
import { renderActions, renderCounts, renderSpec } from '../domain/batch/render-spec.js';
import { unsettledMessage } from '../domain/batch/unsettled.js';
import type { Tenant } from '../domain/session.js';
import { reportFiles } from './batch-report.js';

/**
 * A batch job as the API shows it.
 * @param now milliseconds since the epoch
 * @param underWay where it was asked for, and Temporal has said it
 */
export function renderBatchJob(tenant: Tenant, state: BatchState, now: number, underWay?: UnderWay) {
  const { jobId, spec } = state;
  return {
    id: jobId,
    object: 'batch_job',
    livemode: tenant.mode === 'live',
    status: state.status,
    phase: state.phase,
    paused_for: state.pausedFor ?? null,
    canceling: state.canceling ?? null,
    message: state.message ?? unsettledMessage(state) ?? null,
    allowed_commands: allowedBatchCommands(state, now),
    ...renderSpec(spec),
    duplicates: searchesDuplicates(state),
    ...renderCounts(state.counts),
    items: { met: state.items, all_met: state.listed },
    progress: renderProgress(state, now, underWay),
    chunks: state.chunks,
    calls: state.calls,
    throttled: state.throttled,
    cost: state.cost,
    duplicate_pass: state.duplicates ?? null,
    report: state.report ? reportLinks(jobId) : null,
    actions: renderActions(state.actions),
    created_at: iso(state.createdAt),
    updated_at: iso(state.updatedAt),
    ended_at: state.endedAt === undefined ? null : iso(state.endedAt),
  };
}

/** An item of the ledger as the API shows it. */
export function renderItem(item: ItemOutcome) {
  const { face, reason } = item;
  return {
    id: item.itemId,
    object: 'batch_item',
    status: item.status,
    reason: reason ?? null,
    message: reason ? itemReasons[reason] : null,
    attempts: item.attempts ?? null,
    uri: item.uri,
    line: item.line ?? null,
    attributes: item.attributes ?? null,
    user_id: item.userId ?? null,
    subject: item.subject ?? null,
    face: face
      ? { face_id: face.faceId, collection: face.collection, face_model_version: face.faceModelVersion }
      : null,
    duplicate: item.duplicate ?? false,
    chunk: item.chunk,
    at: iso(item.at),
  };
}

function renderProgress(state: BatchState, now: number, underWay?: UnderWay) {
  const progress = progressOf(state, now, underWay);
  return {
    share: progress.share ?? null,
    items_per_second: progress.itemsPerSecond,
    calls_per_second: progress.callsPerSecond,
    throttled_share: progress.throttledShare,
    allowed_calls_per_second: progress.allowedCallsPerSecond ?? null,
    seconds_left: progress.secondsLeft ?? null,
    under_way: underWay ? { chunks: underWay.chunks, items_done: underWay.items } : null,
  };
}

const reportLinks = (jobId: string) =>
  Object.fromEntries(
    Object.keys(reportFiles).map((kind) => [kind, `/v1/batch-jobs/${jobId}/report.${kind}`]),
  );

const iso = (at: number) => new Date(at).toISOString();

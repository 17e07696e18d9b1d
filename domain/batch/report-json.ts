import { renderActions, renderCounts, renderSpec } from './render-spec.js';
import type { BatchReport } from './report.js';

/** A job's report for programs: what the API says of the job under the same names, and the rest in its manner. */
export function reportJson(report: BatchReport): string {
  const { jobId, account, mode, status, createdAt, endedAt, duplicates } = report;
  const shown = {
    id: jobId,
    object: 'batch_job_report',
    account,
    livemode: mode === 'live',
    status,
    message: report.message ?? null,
    ...renderSpec(report.spec),
    items: { met: report.items, all_met: report.listed },
    ...renderCounts(report.counts),
    ledger: renderCounts(report.ledger),
    adds_up: report.addsUp,
    created_at: iso(createdAt),
    ended_at: iso(endedAt),
    wall_seconds: report.wallMs / 1_000,
    items_per_second: report.itemsPerSecond,
    calls: report.calls,
    calls_per_second: report.tps,
    phases: Object.fromEntries(
      Object.entries(report.work).map(([phase, { ms, calls }]) => [
        phase,
        { seconds: ms / 1_000, calls, calls_per_second: ms > 0 ? (calls * 1_000) / ms : null },
      ]),
    ),
    throttled: report.throttled,
    cost: report.cost,
    duplicate_pass: duplicates ?? null,
    samples: report.samples.map(({ at, ...sample }) => ({ at: iso(at), ...sample })),
    actions: renderActions(report.actions),
    files: report.files,
  };
  return `${JSON.stringify(shown, null, 2)}\n`;
}

const iso = (at: number) => new Date(at).toISOString();

import type { WorkflowStatus } from '../../../activities/ports/workflows.js';
import { listPlaces, type Page, reconcilePage } from '../../../activities/reconcile.js';
import { addPage, emptyReport, type Finding, type ReconciliationReport } from '../../../domain/reconcile.js';
import type { Tenant } from '../../../domain/session.js';
import type { OnTwin } from './on-twin.js';
import { attempt } from './try-of.js';

/** How a walk of a test goes; what is left out: it mends whatever is there, and no workflow runs. */
export interface WalkOptions {
  mend?: boolean;
  graceMs?: number;
  /** Of sessions, batch jobs and erasures, by their ids or the pseudonym. */
  workflows?: Readonly<Record<string, WorkflowStatus>>;
}

/** Walks through everything as the workflow does. Findings are of the tenant only: others share the table. */
export async function walkThrough(
  { ports }: OnTwin,
  tenant: Tenant,
  { mend = true, graceMs = 0, workflows = {} }: WalkOptions = {},
): Promise<{ report: ReconciliationReport; found: string[]; erase: string[] }> {
  const asked = {
    session: async (_: Tenant, sessionId: string) => workflows[sessionId] ?? 'ended',
    batch: async (_: Tenant, jobId: string) => workflows[jobId] ?? 'ended',
    erasure: async (_: Tenant, subject: string) => workflows[subject] ?? 'ended',
    retentionMs: async () => undefined,
  };
  let report = emptyReport(Date.now(), mend);
  const erase: string[] = [];
  const mine = ({ tenant: { account, mode } }: Finding) => account === tenant.account && mode === tenant.mode;
  for (const place of (await listPlaces(ports, { tenants: [tenant] })).places) {
    let position: string | undefined;
    do {
      const request = { place, graceMs, mend, callsPerSecond: 100_000, ...(position ? { position } : {}) };
      const found: Page = await attempt().run(() => reconcilePage(ports, asked, request));
      report = addPage(report, { ...found.page, findings: found.page.findings.filter(mine) });
      erase.push(
        ...found.erase.filter((each) => each.tenant.account === tenant.account).map(({ subject }) => subject),
      );
      position = found.next;
    } while (position);
  }
  return {
    report,
    found: report.findings.map(({ kind, outcome }) => `${kind} ${outcome}`).sort(),
    erase,
  };
}

import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ActivityFailure,
  continueAsNew,
  ParentClosePolicy,
  setCurrentDetails,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { Place } from '../activities/reconcile.js';
import {
  addPage,
  emptyReport,
  type Finding,
  type ReconciliationReport,
  unrecoverable,
} from '../domain/reconcile.js';
import type { Tenant } from '../domain/session.js';
import type { erasure } from './erasure.js';
import { listPlaces, reconcilePage, saveReport } from './housekeeping.js';
import { erasureWorkflowId } from './ids.js';

/** What a walk through everything starts with, and goes on with. */
export interface ReconciliationInput {
  tenants: readonly Tenant[];
  /** What is younger is left alone, in milliseconds. */
  graceMs: number;
  /** False: only report. */
  mend: boolean;
  /** Of ports, by this walk. */
  callsPerSecond: number;
  /** Of a run that goes on where another one ended. */
  progress?: { places: readonly Place[]; position?: string; report: ReconciliationReport };
}

/** About 500 events. */
const PAGES_PER_RUN = 100;

/**
 * Compares rows, collections and photos, and mends what no workflow will (docs/decisions/reconciliation.md). Rows are the
 * truth: faces and photos follow them, and a row follows its session.
 */
export async function reconciliation(input: ReconciliationInput): Promise<ReconciliationReport> {
  const { tenants, graceMs, mend, callsPerSecond, progress } = input;
  let report = progress?.report ?? emptyReport(workflowInfo().startTime.getTime(), mend);
  const places = [...(progress?.places ?? (await listPlaces({ tenants })).places)];
  let position = progress?.position;

  for (let pages = 0; places[0]; pages++) {
    const [place] = places;
    if (pages >= PAGES_PER_RUN || workflowInfo().continueAsNewSuggested) {
      const progressed = { places, report, ...(position === undefined ? {} : { position }) };
      await continueAsNew<typeof reconciliation>({ ...input, progress: progressed });
    }
    const request = { place, graceMs, mend, callsPerSecond, ...(position === undefined ? {} : { position }) };
    try {
      const { page, next, erase } = await reconcilePage(request);
      report = addPage(report, page);
      position = next;
      for (const user of erase) await goOnErasing(user);
    } catch (error) {
      // It was tried until it could not be mended by trying: the rest is looked at all the same.
      if (!(error instanceof ActivityFailure)) throw error;
      report = addPage(report, { examined: {}, findings: [notExamined(place, tenants)] });
      position = undefined;
    }
    if (position === undefined) places.shift();
    tell(report, places);
  }

  report = { ...report, endedAt: Date.now() };
  await saveReport({ report });
  return report;
}

/** An erasure that was broken off begins again; a report that mends nothing never asks for it. */
async function goOnErasing({ tenant, subject }: { tenant: Tenant; subject: string }): Promise<void> {
  try {
    await startChild<typeof erasure>('erasure', {
      workflowId: erasureWorkflowId(tenant, subject),
      args: [{ tenant, subject, requestedBy: 'reconciliation' }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: 'erasure',
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

function notExamined(place: Place, [any]: readonly Tenant[]): Finding {
  const tenant = 'tenant' in place ? place.tenant : (any ?? { account: 'default', mode: 'live' });
  const what = place.kind === 'faces' ? place.collection : place.kind === 'photos' ? place.room : 'rows';
  return { kind: 'not_examined', outcome: 'unrecoverable', tenant, what };
}

/** Operators see this in Temporal UI. */
function tell(report: ReconciliationReport, places: readonly Place[]): void {
  const { faces, rows, photos } = report.examined;
  const counts = Object.entries(report.counts).map(
    ([kind, of]) =>
      `- ${kind}: ${Object.entries(of)
        .map(([outcome, count]) => `${count} ${outcome}`)
        .join(', ')}`,
  );
  setCurrentDetails(
    [
      `**${places.length} places left**, ${rows} rows, ${faces} faces, ${photos} photos examined`,
      `- ${unrecoverable(report)} for an operator`,
      ...counts,
    ].join('\n'),
  );
}

import { counts, type FaceRecord } from './face-record.js';
import type { SessionState, Tenant } from './session.js';
import { isFinal } from './status.js';
import { advanced, begunTimeline, type Timeline } from './timeline.js';

/** What can be out of order between collections, rows and photos. */
export type FindingKind =
  /** A face in a collection that no row vouches for, and none ever will. */
  | 'orphan_face'
  /** An active row whose face is not in its collection: its user cannot log in. */
  | 'ghost'
  /** A row in line whose session is gone. */
  | 'stale_face_row'
  /** A user who is held by a session that is gone, or who is not registered at all. */
  | 'stale_user'
  /** A user whose erasure was broken off. */
  | 'broken_erasure'
  /** A session that says it goes on, without a workflow. */
  | 'stale_session'
  /** A document's claim, or what it expires on, without a user who has it. */
  | 'stale_document'
  /** A photo nothing refers to. */
  | 'stray_photo'
  /** A collection that searches ask is not there. */
  | 'missing_collection'
  /** A part that could not be looked at. */
  | 'not_examined';

/**
 * What became of a finding. `young`: not old enough to be no work in progress. `owned`: a running workflow's, or Temporal does
 * not say that it is not. `to_mend`: what a run that mends would do. `changed`: it was gone when it was to be mended.
 */
export type FindingOutcome = 'mended' | 'to_mend' | 'young' | 'owned' | 'changed' | 'unrecoverable';

export interface Finding {
  kind: FindingKind;
  outcome: FindingOutcome;
  tenant: Tenant;
  /** Face id, pseudonym, session id or key of an object: enough to look it up, and nothing personal. */
  what: string;
  /** Collection, or pseudonym: where `what` alone does not lead there. */
  where?: string;
}

/** What a reconciliation found. */
export interface ReconciliationReport {
  /** Milliseconds since the epoch. */
  startedAt: number;
  endedAt?: number;
  mend: boolean;
  examined: { faces: number; rows: number; photos: number };
  /** Faces that are none of ours: left alone. */
  foreignFaces: number;
  /** How many findings of each kind came to what. */
  counts: Readonly<Partial<Record<FindingKind, Readonly<Partial<Record<FindingOutcome, number>>>>>>;
  /** The first of them, those for an operator before all others. */
  findings: readonly Finding[];
  /** Findings that are counted but not listed. */
  unlisted: number;
}

/** What one page adds. */
export interface PageFindings {
  examined: Partial<ReconciliationReport['examined']>;
  foreignFaces?: number;
  findings: readonly Finding[];
}

/** A report goes through history at every continue-as-new, and into one row of 400 KB. */
const MOST_LISTED = 200;

export function emptyReport(startedAt: number, mend: boolean): ReconciliationReport {
  return {
    startedAt,
    mend,
    examined: { faces: 0, rows: 0, photos: 0 },
    foreignFaces: 0,
    counts: {},
    findings: [],
    unlisted: 0,
  };
}

export function addPage(report: ReconciliationReport, page: PageFindings): ReconciliationReport {
  const { examined } = report;
  const counts: Record<string, Record<string, number>> = structuredCopy(report.counts);
  for (const { kind, outcome } of page.findings) {
    const of = counts[kind] ?? {};
    counts[kind] = { ...of, [outcome]: (of[outcome] ?? 0) + 1 };
  }
  const all = [...report.findings, ...page.findings];
  const sorted = [...all.filter(isForOperator), ...all.filter((finding) => !isForOperator(finding))];
  const findings = sorted.slice(0, MOST_LISTED);
  return {
    ...report,
    examined: {
      faces: examined.faces + (page.examined.faces ?? 0),
      rows: examined.rows + (page.examined.rows ?? 0),
      photos: examined.photos + (page.examined.photos ?? 0),
    },
    foreignFaces: report.foreignFaces + (page.foreignFaces ?? 0),
    counts,
    findings,
    unlisted: report.unlisted + sorted.length - findings.length,
  };
}

const structuredCopy = (value: ReconciliationReport['counts']) =>
  Object.fromEntries(Object.entries(value).map(([kind, of]) => [kind, { ...of }]));

const isForOperator = ({ outcome }: Finding) => outcome === 'unrecoverable';

/** How many findings somebody has to look at. */
export function unrecoverable({ counts }: Pick<ReconciliationReport, 'counts'>): number {
  return Object.values(counts).reduce((sum, of) => sum + (of.unrecoverable ?? 0), 0);
}

/**
 * Does a face of ours belong in its collection? One whose row stands in line does: the row learns its id only when it becomes
 * active, and is looked at itself.
 */
export function belongs(row: FaceRecord | undefined, faceId: string): boolean {
  return counts(row, faceId) || row?.state === 'tentative';
}

/** Does the row refer to this photo? One in line may have had it copied there before it says so. */
export function refersTo(row: FaceRecord | undefined, key: string): boolean {
  return row?.state === 'tentative' || (row?.state === 'active' && row.image.key === key);
}

/** A face row that nothing refers to any more once its session is gone; `replaced` is a user's history. */
export function isLeftover({ state }: Pick<FaceRecord, 'state'>): boolean {
  return state === 'tentative' || state === 'lost' || state === 'erased';
}

/**
 * Whose work a finding may be: of a session whose workflow runs and that has not ended. One that has ended keeps its workflow
 * for its tail, which removes photos it knows and nothing else.
 */
export function isOwned(
  workflow: 'running' | 'ended' | 'unknown',
  state: Pick<SessionState, 'status'> | undefined,
): boolean {
  if (workflow === 'ended') return false;
  return workflow === 'unknown' || !state || !isFinal(state.status);
}

/** What a session becomes whose workflow is gone: its undo is the reconciler's now. */
export function abandonedSession(state: SessionState, at: number): SessionState {
  const { provisional: _, liveness: __, ...rest } = state;
  return {
    ...rest,
    status: 'canceled',
    revision: state.revision + 1,
    missingInputs: [],
    actions: [...state.actions, { command: 'cancel', by: 'reconciliation', at }],
    updatedAt: at,
  };
}

/** Where its time went, as far as its row tells: all of it to what it did last. */
export function abandonedTimeline(before: SessionState, ended: SessionState): Timeline {
  const timeline = { ...begunTimeline(before), provisional: before.provisional !== undefined };
  return advanced(timeline, before, ended);
}

/** The outcome before anything is mended; undefined: it may be mended now. */
export function heldBack(
  { since, owned }: { since: number | undefined; owned: boolean },
  { graceMs, mend, now }: { graceMs: number; mend: boolean; now: number },
): FindingOutcome | undefined {
  if (owned) return 'owned';
  if (since === undefined || now - since < graceMs) return 'young';
  return mend ? undefined : 'to_mend';
}

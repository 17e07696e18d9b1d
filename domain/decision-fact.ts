import { hasPassed } from './decision.js';
import type { Closest } from './facts.js';
import type { Input } from './image-ref.js';
import type { Flow, PolicyVersion } from './policy.js';
import { type Check, type ReasonCode, reasonOf } from './reasons.js';
import type { SessionState } from './session.js';
import { isFinal, type Status } from './status.js';
import type { Timeline } from './timeline.js';

/** How a session ended, for counting (whitepaper, "Monitoring and indicators"): one for each that did. */
export interface DecisionFact {
  sessionId: string;
  flow: Flow;
  status: Status;
  /** Most important first. */
  reasons: readonly ReasonCode[];
  /** Where it ended or was given up: the check that did not pass, or the input that nobody handed in. */
  step?: Check | Input;
  /** Found after the answer. */
  flagged?: ReasonCode;
  provisional: boolean;
  attempts: number;
  policy: PolicyVersion;
  faceModelVersion?: string;
  /** Who it was about; a pseudonym, for sealed rows only. */
  subject?: string;
  /** The user whose face was too similar, also where a reviewer let that pass; as `subject`. */
  duplicateOf?: Closest;
  /** What was asked of it by operators and callers. */
  reviews: number;
  actions: number;
  /** Milliseconds since the epoch. */
  createdAt: number;
  endedAt: number;
  /** Milliseconds: the parts add up to the whole. */
  durationMs: number;
  processingMs: number;
  personMs: number;
  operatorMs: number;
  revision: number;
}

const DUPLICATE: readonly ReasonCode[] = ['duplicate_face', 'duplicate_suspected'];

/** Undefined while the session has not ended. */
export function decisionFact(
  state: SessionState,
  timeline: Timeline,
  closest?: Closest,
): DecisionFact | undefined {
  if (!isFinal(state.status)) return undefined;
  const { sessionId, flow, status, reasons, flagged, policy, subject, createdAt, revision } = state;
  const { processingMs, personMs, operatorMs, provisional, endedAt = state.updatedAt } = timeline;
  const step = stepOf(state, timeline);
  const faceModelVersion =
    state.face?.faceModelVersion ??
    state.checks.find((check) => check.evidence.faceModelVersion)?.evidence.faceModelVersion;
  const isDuplicate =
    [...reasons, ...(flagged ? [flagged] : [])].some((code) => DUPLICATE.includes(code)) ||
    state.checks.some(({ check, outcome }) => check === 'duplicate' && outcome === 'passed_by_reviewer');
  return {
    ...{ sessionId, flow, status, reasons, provisional, policy, createdAt, endedAt, revision },
    ...(step ? { step } : {}),
    ...(flagged ? { flagged } : {}),
    ...(faceModelVersion ? { faceModelVersion } : {}),
    ...(subject ? { subject } : {}),
    ...(isDuplicate && closest ? { duplicateOf: closest } : {}),
    attempts: state.attempts.used,
    reviews: state.actions.filter(({ command }) => command === 'review').length,
    actions: state.actions.length,
    durationMs: endedAt - createdAt,
    ...{ processingMs, personMs, operatorMs },
  };
}

/** One that was verified ended at no step. */
function stepOf(state: SessionState, { askedFor }: Timeline): Check | Input | undefined {
  const { status, reasons, checks, abandonedAt } = state;
  if (status === 'verified') return undefined;
  if (abandonedAt) return abandonedAt;
  const ofReasons = reasons.map((code) => reasonOf(code).check).find((check) => check !== 'session');
  const failed = checks.find((result) => !hasPassed(result))?.check;
  return (ofReasons as Check | undefined) ?? failed ?? (status === 'canceled' ? askedFor : undefined);
}

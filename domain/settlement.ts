import type { CheckResult, Decision } from './decision.js';
import type { IndexedFace } from './face-record.js';
import type { Input } from './image-ref.js';
import type { ReasonCode } from './reasons.js';
import type { SessionState } from './session.js';
import type { Status } from './status.js';

/** What an attempt, or the want of one, came to. */
export interface Settlement {
  status: Exclude<Status, 'processing'>;
  reasons: readonly ReasonCode[];
  checks: readonly CheckResult[];
  subject?: string;
  face?: IndexedFace;
  /** Inputs that have to be handed in again, whatever the reasons say. */
  again?: readonly Input[];
  /** Of `expired`: the input the person did not get past. */
  abandonedAt?: Input;
  /** A judged attempt costs one of the policy's attempts; an outage, a cancel or an expiry does not. */
  judged: boolean;
}

export function judged(decision: Decision): Settlement {
  const { status, reasons, checks, subject, face } = decision;
  return {
    status,
    reasons,
    checks,
    judged: true,
    ...(subject ? { subject } : {}),
    ...(face ? { face } : {}),
  };
}

/** A settlement without a judgement; earlier reasons and checks stay readable where nothing new was found. */
export function unjudged(status: Settlement['status'], reasons: readonly ReasonCode[] = []): Settlement {
  return { status, reasons, checks: [], judged: false };
}

/** The next state of a session. The last attempt that could be repeated, but may not any more, ends it. */
export function settled(
  state: SessionState,
  settlement: Settlement,
): Pick<SessionState, 'status' | 'reasons' | 'checks' | 'attempts' | 'unavailable'> & Partial<SessionState> {
  const { subject, face, abandonedAt } = settlement;
  const used = state.attempts.used + (settlement.judged ? 1 : 0);
  const exhausted = settlement.judged && settlement.status === 'requires_input' && used >= state.attempts.max;
  const nothingNew = settlement.reasons.length === 0 && settlement.checks.length === 0;
  return {
    status: exhausted ? 'rejected' : settlement.status,
    reasons: [
      ...(exhausted ? (['attempts_exceeded'] as const) : []),
      ...(nothingNew && settlement.status !== 'verified' ? state.reasons : settlement.reasons),
    ],
    checks: nothingNew ? state.checks : settlement.checks,
    attempts: { used, max: state.attempts.max },
    unavailable: state.unavailable + (settlement.reasons.includes('temporarily_unavailable') ? 1 : 0),
    ...(subject === undefined ? {} : { subject }),
    ...(face ? { face } : {}),
    ...(abandonedAt ? { abandonedAt } : {}),
  };
}

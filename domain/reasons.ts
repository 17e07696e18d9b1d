import { documentReasons } from './reasons/document-reasons.js';
import { livenessReasons } from './reasons/liveness-reasons.js';
import { matchReasons } from './reasons/match-reasons.js';
import { qualityReasons } from './reasons/quality-reasons.js';
import type { Reason } from './reasons/reason.js';
import { sessionReasons } from './reasons/session-reasons.js';

export type { Check, Reason } from './reasons/reason.js';

/**
 * The one catalogue of reasons: why a check did not pass and what happens next. It feeds decisions, the HTTP API,
 * the documentation and (later) the capture page.
 */
export const reasons = {
  ...qualityReasons,
  ...livenessReasons,
  ...documentReasons,
  ...matchReasons,
  ...sessionReasons,
} as const satisfies Record<string, Reason>;

export type ReasonCode = keyof typeof reasons;

export function reasonOf(code: ReasonCode): Reason {
  return reasons[code];
}

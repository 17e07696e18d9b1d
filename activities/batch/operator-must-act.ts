import { ApplicationFailure } from '@temporalio/common';
import type { ReasonCode } from '../../domain/reasons.js';
import { failures } from '../../workflows/failures.js';

/** What no retry can mend. @param message what to do; nothing personal @param more for whoever catches it */
export function operatorMustAct(
  message: string,
  reason: ReasonCode = 'operator_must_act',
  more: object = {},
): ApplicationFailure {
  return ApplicationFailure.create({
    type: failures.operatorMustAct,
    message,
    nonRetryable: true,
    details: [{ reason, ...more }],
  });
}

import { ApplicationFailure } from '@temporalio/common';
import type { ReasonCode } from '../../domain/reasons.js';
import { failures } from '../../workflows/failures.js';

/** What no retry can mend. @param message what to do; nothing personal */
export function operatorMustAct(
  message: string,
  reason: ReasonCode = 'operator_must_act',
): ApplicationFailure {
  return ApplicationFailure.create({
    type: failures.operatorMustAct,
    message,
    nonRetryable: true,
    details: [{ reason }],
  });
}

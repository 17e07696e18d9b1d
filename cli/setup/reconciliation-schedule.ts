import type { Client } from '@temporalio/client';
import type { Part } from '../../activities/aws/setup/part.js';
import { RECONCILIATION_SCHEDULE, RECONCILIATION_SCHEDULED } from '../../workflows/ids.js';
import type { ReconciliationSettings } from '../reconciliation-settings.js';
import { schedulePart } from './schedule-part.js';

/** The Schedule of reconciliation. */
export function reconciliationSchedulePart(
  client: Client,
  { everyMs, input }: ReconciliationSettings,
  mayDropAccounts = false,
): Part {
  return schedulePart(client, {
    scheduleId: RECONCILIATION_SCHEDULE,
    workflowId: RECONCILIATION_SCHEDULED,
    workflowType: 'reconciliation',
    flow: 'reconciliation',
    everyMs,
    input: () => input,
    mayDropAccounts,
  });
}

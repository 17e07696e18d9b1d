import { isDeepStrictEqual } from 'node:util';
import {
  type Client,
  ScheduleNotFoundError,
  type ScheduleOptions,
  type ScheduleOptionsStartWorkflowAction,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import type { Part } from '../../activities/aws/setup/part.js';
import { RECONCILIATION_SCHEDULE, RECONCILIATION_SCHEDULED } from '../../workflows/ids.js';
import type { reconciliation } from '../../workflows/reconciliation.js';
import { searchAttributes } from '../../workflows/search-attributes.js';
import { IDENTITY_QUEUE } from '../../workflows/task-queues.js';
import type { ReconciliationSettings } from '../reconciliation-settings.js';

/** Missed while Temporal was down: the next one does as well. */
const CATCH_UP_WITHIN = '1 hour';

/** The Schedule of reconciliation. An operator may pause it: that it stays so is part of being set up. */
export function reconciliationSchedulePart(client: Client, { everyMs, input }: ReconciliationSettings): Part {
  const action: ScheduleOptionsStartWorkflowAction<typeof reconciliation> = {
    type: 'startWorkflow',
    workflowType: 'reconciliation',
    workflowId: RECONCILIATION_SCHEDULED,
    taskQueue: IDENTITY_QUEUE,
    args: [input],
    staticSummary: 'reconciliation',
    typedSearchAttributes: [{ key: searchAttributes.flow, value: 'reconciliation' }],
  };
  const options: ScheduleOptions<typeof action> = {
    scheduleId: RECONCILIATION_SCHEDULE,
    spec: { intervals: [{ every: everyMs }] },
    action,
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCH_UP_WITHIN },
  };
  const handle = client.schedule.getHandle(RECONCILIATION_SCHEDULE);
  const found = async () => {
    try {
      return await handle.describe();
    } catch (error) {
      if (error instanceof ScheduleNotFoundError) return undefined;
      throw error;
    }
  };
  return {
    name: `schedule ${RECONCILIATION_SCHEDULE}`,
    async missing() {
      const schedule = await found();
      if (!schedule) return 'is not there';
      const [interval] = schedule.spec.intervals ?? [];
      if (interval?.every !== everyMs) return 'has another interval';
      return isDeepStrictEqual(schedule.action.args?.[0], input)
        ? undefined
        : 'has other accounts or settings';
    },
    async make() {
      if (await found()) await handle.update((before) => ({ ...options, state: before.state }));
      else await client.schedule.create(options);
    },
  };
}

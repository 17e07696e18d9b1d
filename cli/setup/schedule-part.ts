import { isDeepStrictEqual } from 'node:util';
import {
  type Client,
  ScheduleNotFoundError,
  type ScheduleOptions,
  type ScheduleOptionsStartWorkflowAction,
  ScheduleOverlapPolicy,
  type Workflow,
} from '@temporalio/client';
import type { Part } from '../../activities/aws/setup/part.js';
import { searchAttributes } from '../../workflows/search-attributes.js';
import { IDENTITY_QUEUE } from '../../workflows/task-queues.js';

/** Missed while Temporal was down: the next one does as well. */
const CATCH_UP_WITHIN = '1 hour';

/** What runs again and again, and how often. */
export interface Scheduled {
  scheduleId: string;
  /** Of the runs; Temporal appends the time. */
  workflowId: string;
  workflowType: string;
  /** Shown to operators, and found by the search attribute `Flow`. */
  flow: string;
  everyMs: number;
  /** The workflow's one argument. @throws Error where a setting is wrong */
  input: () => unknown;
}

/** A Schedule that never runs twice at once. An operator may pause it: that it stays so is part of being set up. */
export function schedulePart(client: Client, scheduled: Scheduled): Part {
  const { scheduleId, workflowId, workflowType, flow, everyMs, input } = scheduled;
  const options = (): ScheduleOptions<ScheduleOptionsStartWorkflowAction<Workflow>> => ({
    scheduleId,
    spec: { intervals: [{ every: everyMs }] },
    action: {
      type: 'startWorkflow',
      ...{ workflowType, workflowId, taskQueue: IDENTITY_QUEUE, args: [input()] },
      staticSummary: flow,
      typedSearchAttributes: [{ key: searchAttributes.flow, value: flow }],
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCH_UP_WITHIN },
  });
  const handle = client.schedule.getHandle(scheduleId);
  const found = async () => {
    try {
      return await handle.describe();
    } catch (error) {
      if (error instanceof ScheduleNotFoundError) return undefined;
      throw error;
    }
  };
  return {
    name: `schedule ${scheduleId}`,
    async missing() {
      const schedule = await found();
      if (!schedule) return 'is not there';
      const [interval] = schedule.spec.intervals ?? [];
      if (interval?.every !== everyMs) return 'has another interval';
      return isDeepStrictEqual(schedule.action.args?.[0], input())
        ? undefined
        : 'has other accounts or settings';
    },
    async make() {
      if (await found()) await handle.update((before) => ({ ...options(), state: before.state }));
      else await client.schedule.create(options());
    },
  };
}

import { isDeepStrictEqual } from 'node:util';
import {
  type Client,
  type ScheduleDescription,
  ScheduleNotFoundError,
  type ScheduleOptions,
  type ScheduleOptionsStartWorkflowAction,
  ScheduleOverlapPolicy,
  type Workflow,
} from '@temporalio/client';
import type { Part } from '../../activities/aws/setup/part.js';
import type { Tenant } from '../../domain/session.js';
import { searchAttributes } from '../../workflows/search-attributes.js';
import { IDENTITY_QUEUE } from '../../workflows/task-queues.js';
import { accountsOf } from './tenants.js';

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
  input: () => { tenants: readonly Tenant[] };
  /** Whether accounts that the Schedule has may be missing from `input`: nothing would run for them any more. */
  mayDropAccounts: boolean;
}

/**
 * A Schedule that never runs twice at once. An operator may pause it: that it stays so is part of being set up. One that would
 * lose accounts is left as it is, with an error: whoever runs setup may not know all of them.
 */
export function schedulePart(client: Client, scheduled: Scheduled): Part {
  const { scheduleId, workflowId, workflowType, flow, everyMs, input, mayDropAccounts } = scheduled;
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
  const refuseToDrop = ({ action }: ScheduleDescription) => {
    const [before] = (action.args ?? []) as [{ tenants?: readonly Tenant[] }?];
    const kept = new Set(input().tenants.map(({ account }) => account));
    const dropped = (before?.tenants ?? []).filter(({ account }) => !kept.has(account));
    if (dropped.length === 0 || mayDropAccounts) return;
    throw new Error(
      `has accounts that neither IDV_API_KEYS nor IDV_ACCOUNTS names: ${accountsOf(dropped)}. It was left as it is. Name them in IDV_ACCOUNTS, or let them go with \`idv setup --drop-accounts\``,
    );
  };
  return {
    name: `schedule ${scheduleId}`,
    async missing() {
      const schedule = await found();
      if (!schedule) return 'is not there';
      refuseToDrop(schedule);
      const [interval] = schedule.spec.intervals ?? [];
      if (interval?.every !== everyMs) return 'has another interval';
      return isDeepStrictEqual(schedule.action.args?.[0], input())
        ? undefined
        : 'has other accounts or settings';
    },
    async make() {
      if (!(await found())) return void (await client.schedule.create(options()));
      await handle.update((before) => {
        refuseToDrop(before);
        return { ...options(), state: before.state };
      });
    },
  };
}

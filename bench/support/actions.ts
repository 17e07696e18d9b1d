import type { Client } from '@temporalio/client';
import { billableActions } from '../../test/support/billable-actions.js';

/** What one workflow costs: events of its history, and Temporal Cloud's billable actions. */
export interface Cost {
  events: number;
  actions: number;
}

/** The costs of the most recent workflows of a type; the largest of each figure. */
export async function costOf(client: Client, type: string, limit = 20): Promise<Cost> {
  const cost: Cost = { events: 0, actions: 0 };
  let seen = 0;
  for await (const { workflowId } of client.workflow.list({ query: `WorkflowType = '${type}'` })) {
    const history = await client.workflow.getHandle(workflowId).fetchHistory();
    const events = history.events ?? [];
    cost.events = Math.max(cost.events, events.length);
    cost.actions = Math.max(cost.actions, billableActions(events));
    seen += 1;
    if (seen === limit) break;
  }
  return cost;
}

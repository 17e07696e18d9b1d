import type { Client } from '@temporalio/client';
import { eventsOf } from '../support/histories.js';
import { CALL_HEADER, type CallOf, parseRequestLabel } from './protocol.js';
import type { Rig } from './rig.js';
import type { Run } from './run.js';

/** A call of an activity that a flow makes when nothing disturbs it. */
export interface Call {
  /** Name of the session within the flow. */
  role: string;
  activity: string;
  /** From 1, of this activity in this session. */
  nth: number;
  /** What it asks of AWS, in order: `dynamodb.UpdateItem`. */
  requests: string[];
}

/** Every call that the sessions of a finished run made, by their histories, and what each asked of AWS, by the twin's log. */
export async function callsOf(run: Run, roles: readonly string[]): Promise<Call[]> {
  const asked = requestsByCall(run.rig);
  const calls = await Promise.all(
    roles.map(async (role) => {
      const workflowId = run.workflowId(role);
      const names = await activitiesOf(run.rig.temporal, workflowId);
      return names.map((activity, at) => {
        const nth = names.slice(0, at + 1).filter((name) => name === activity).length;
        return { role, activity, nth, requests: asked.get(keyOf({ workflowId, activity, nth })) ?? [] };
      });
    }),
  );
  return calls.flat();
}

const keyOf = ({ workflowId, activity, nth }: CallOf) => `${workflowId} ${activity} ${nth}`;

/** Names of the activities in a history, in order: a regular one is scheduled, a local one leaves a marker. */
async function activitiesOf(client: Client, workflowId: string): Promise<string[]> {
  const events = await eventsOf(client.workflow.getHandle(workflowId));
  return events.flatMap((event) => {
    const regular = event.activityTaskScheduledEventAttributes?.activityType?.name;
    if (regular) return [regular];
    const marker = event.markerRecordedEventAttributes;
    if (marker?.markerName !== 'core_local_activity') return [];
    const [data] = marker.details?.data?.payloads ?? [];
    return [JSON.parse(Buffer.from(data?.data ?? []).toString()).activity_type as string];
  });
}

function requestsByCall({ twin }: Rig): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { headers, service, operation } of twin.faults.requests()) {
    const label = parseRequestLabel(String(headers[CALL_HEADER] ?? ''));
    if (!label) continue;
    const requests = found.get(keyOf(label)) ?? [];
    requests[label.request - 1] ??= `${service}.${operation}`;
    found.set(keyOf(label), requests);
  }
  return found;
}

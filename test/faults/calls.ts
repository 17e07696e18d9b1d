import type { Client } from '@temporalio/client';
import type { ServiceName } from '../../local/faults.js';
import { eventsOf } from '../support/histories.js';
import { CALL_HEADER, callLabel } from './protocol.js';
import type { Rig } from './rig.js';
import type { Run } from './run.js';

/** A call of an activity that a flow makes when nothing disturbs it. */
export interface Call {
  /** Name of the session within the flow. */
  role: string;
  activity: string;
  /** From 1, of this activity in this session. */
  nth: number;
  /** What it asks of AWS. Some of it side by side, so that only the order of the same operation means something. */
  requests: Request[];
}

/** The n-th request, from 1, of its operation in one call. */
export interface Request {
  service: ServiceName;
  operation: string;
  nth: number;
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
        return { role, activity, nth, requests: asked.get(callLabel({ workflowId, activity, nth })) ?? [] };
      });
    }),
  );
  return calls.flat();
}

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

/** Of each call the requests of its last try, under its label: a busy machine may make one try again. */
function requestsByCall({ twin }: Rig): Map<string, Request[]> {
  const found = new Map<string, { attempt: string; requests: Request[] }>();
  for (const { headers, service, operation } of twin.faults.requests()) {
    const [, label, attempt] = /^(.+\/)(\d+)$/.exec(String(headers[CALL_HEADER] ?? '')) ?? [];
    // What the SDK asks again is no other request.
    if (!label || !attempt || !String(headers['amz-sdk-request']).startsWith('attempt=1')) continue;
    const known = found.get(label);
    const requests = known?.attempt === attempt ? known.requests : [];
    const nth = requests.filter((request) => request.operation === operation).length + 1;
    found.set(label, { attempt, requests: [...requests, { service, operation, nth }] });
  }
  return new Map([...found].map(([label, { requests }]) => [label, requests]));
}

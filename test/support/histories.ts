import type { WorkflowHandle } from '@temporalio/client';
import proto from '@temporalio/proto';

export type HistoryEvent = proto.temporal.api.history.v1.IHistoryEvent;

const { EventType } = proto.temporal.api.enums.v1;

/** The events of a workflow as Temporal stores them: payloads stay encrypted. */
export async function eventsOf(handle: WorkflowHandle): Promise<HistoryEvent[]> {
  const { events } = await handle.fetchHistory();
  return events ?? [];
}

/** The types of events, without their prefix: `TIMER_STARTED`. */
export function eventTypes(events: readonly HistoryEvent[]): string[] {
  return events.map(({ eventType }) => String(EventType[eventType ?? 0]).replace('EVENT_TYPE_', ''));
}

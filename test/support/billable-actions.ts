import proto from '@temporalio/proto';

type Event = proto.temporal.api.history.v1.IHistoryEvent;
const { EventType } = proto.temporal.api.enums.v1;

/** Search attribute that the SDKs write for `patched()`; its upserts are free. */
const CHANGE_VERSION = 'TemporalChangeVersion';

/**
 * Billable actions of one workflow run by the rules of Temporal Cloud, https://docs.temporal.io/cloud/actions: its start,
 * each accepted update, signal, timer and upsert of search attributes, each try of an activity, and the local activities of
 * one workflow task together. A rejected update and a query cost one each as well, but leave nothing in history.
 * @param events a whole history; payloads may be encrypted
 */
export function billableActions(events: readonly Event[]): number {
  return (
    events.reduce((sum, event, index) => sum + actionsOf(event, events[index + 1]), 0) +
    localActivities(events)
  );
}

function actionsOf(event: Event, next: Event | undefined): number {
  switch (event.eventType) {
    case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
    case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
    case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
    case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED:
    case EventType.EVENT_TYPE_TIMER_STARTED:
    case EventType.EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED:
    case EventType.EVENT_TYPE_NEXUS_OPERATION_SCHEDULED:
      return 1;
    // The intent to start it and the attempted execution.
    case EventType.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED:
      return 2;
    case EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES: {
      const upserted = event.upsertWorkflowSearchAttributesEventAttributes?.searchAttributes?.indexedFields;
      return upserted && CHANGE_VERSION in upserted ? 0 : 1;
    }
    // Written once an activity ends; its earlier tries are only counted here.
    case EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED:
      return event.activityTaskStartedEventAttributes?.attempt ?? 1;
    // "Each additional workflow task heartbeat counts": a task that only asks for the next, while local activities run.
    case EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
      return next?.eventType === EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED ? 1 : 0;
    default:
      return 0;
  }
}

/** Every marker of one workflow task is one action together. */
function localActivities(events: readonly Event[]): number {
  const tasks = events.map((event) => event.markerRecordedEventAttributes?.workflowTaskCompletedEventId);
  return new Set(tasks.filter((task) => task != null).map(String)).size;
}

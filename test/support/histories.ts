import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
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

/** Every upsert of search attributes; they are never encrypted. An attribute that was taken back is null. */
export function upserted(events: readonly HistoryEvent[]): Record<string, unknown>[] {
  return events.flatMap(({ upsertWorkflowSearchAttributesEventAttributes: upsert }) => {
    const fields = upsert?.searchAttributes?.indexedFields;
    if (!fields) return [];
    const values = Object.entries(fields).map(([name, { data }]) => [
      name,
      data?.length ? JSON.parse(Buffer.from(data).toString()) : null,
    ]);
    return [
      Object.fromEntries(
        values.map(([name, value]) => [name, Array.isArray(value) ? (value[0] ?? null) : value]),
      ),
    ];
  });
}

const HISTORIES = fileURLToPath(new URL('../histories', import.meta.url));

/** Where the recorded history of this name is kept. */
export function historyFile(name: string): string {
  return join(HISTORIES, `${name}.json`);
}

/** Names of all that are kept. */
export function recordedNames(): string[] {
  return readdirSync(HISTORIES)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length));
}

/** As Temporal's own tools write a history, an event a line, and without the names of the process and its machine. */
export function historyText(events: readonly HistoryEvent[]): string {
  const { events: lines } = JSON.parse(historyToJSON({ events: [...events] }), anonymous) as {
    events: unknown[];
  };
  return `{"events":[\n${lines.map((event) => JSON.stringify(event)).join(',\n')}\n]}\n`;
}

function anonymous(key: string, value: unknown): unknown {
  if (key === 'identity') return 'recorder';
  const { kind, name } = (key === 'taskQueue' && value ? value : {}) as { kind?: string; name?: string };
  return name && kind === 'TASK_QUEUE_KIND_STICKY' ? { ...(value as object), name: 'sticky' } : value;
}

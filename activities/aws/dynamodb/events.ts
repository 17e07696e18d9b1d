import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { EVENTS_LIVE_DAYS, type SessionEvent, type UserEvent } from '../../../domain/events.js';
import type { Tenant } from '../../../domain/session.js';
import type { EventPage, EventTable } from '../../ports/events.js';
import { observed } from '../observe.js';
import { deleteRows, putRows } from './batch-write.js';
import { sessionEventKey, sessionKey, userEventKey, userPartition } from './keys.js';

const PREFIX = 'EVENT#';

/** Events in DynamoDB, in the partition of whom they are about; see `keys.ts` for the layout. */
export function createEventTable(client: DynamoDBClient, table: string): EventTable {
  const lasting = <Event extends { at: number }>(event: Event) => ({
    ...event,
    expires: Math.ceil(event.at / 1_000) + EVENTS_LIVE_DAYS * 86_400,
  });

  async function list<Event>(
    pk: string,
    { limit, cursor }: { limit: number; cursor?: string },
  ): Promise<EventPage<Event>> {
    const command = new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: marshall({ ':pk': pk, ':prefix': PREFIX }),
      ConsistentRead: true,
      Limit: limit + 1, // one more tells whether there is another page
      ...(cursor === undefined ? {} : { ExclusiveStartKey: marshall({ pk, sk: `${PREFIX}${cursor}` }) }),
    });
    const { Items = [] } = await observed('dynamodb', 'Query', (options) => client.send(command, options));
    const rows = Items.map((item) => unmarshall(item));
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    return {
      events: shown.map(({ pk: _pk, sk: _sk, expires: _expires, ...event }) => event as Event),
      ...(last ? { nextCursor: String(last.sk).slice(PREFIX.length) } : {}),
    };
  }

  const sessionKeys = (tenant: Tenant, sessionId: string, events: readonly SessionEvent[]) =>
    events.map((event) => sessionEventKey(tenant, sessionId, event));
  const userKeys = (tenant: Tenant, subject: string, events: readonly UserEvent[]) =>
    events.map((event) => userEventKey(tenant, subject, event));
  const put = <Event extends { at: number }>(keys: { pk: string; sk: string }[], events: readonly Event[]) =>
    putRows(
      client,
      table,
      keys.map((key, at) => ({ ...lasting(events[at] as Event), ...key })),
    );

  return {
    ofSession: (tenant, sessionId, events) => put(sessionKeys(tenant, sessionId, events), events),
    ofUser: (tenant, subject, events) => put(userKeys(tenant, subject, events), events),
    removeOfSession: (tenant, sessionId, events) =>
      deleteRows(client, table, sessionKeys(tenant, sessionId, events)),
    removeOfUser: (tenant, subject, events) => deleteRows(client, table, userKeys(tenant, subject, events)),
    listOfSession: (tenant, sessionId, page) => list(sessionKey(tenant, sessionId).pk, page),
    listOfUser: (tenant, subject, page) => list(userPartition(tenant, subject), page),
  };
}

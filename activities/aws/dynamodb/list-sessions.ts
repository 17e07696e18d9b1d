import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Tenant } from '../../../domain/session.js';
import type { SessionFilter } from '../../ports.js';
import { observed } from '../observe.js';
import {
  createdKey,
  LIST_PARTITIONS,
  listKey,
  SESSIONS_INDEX,
  USER_SESSIONS_INDEX,
  userPartition,
} from './keys.js';

type Item = Record<string, unknown> & { createdKey: string };

/** What was read of a partition. `readTo`: the `createdKey` it was read down to; absent where it was read to its end. */
interface Part {
  items: Item[];
  readTo?: string;
}

/**
 * Pages of 1 MB (Query, API reference) that one request may read of a partition: a filter that nothing meets must not read
 * years of sessions while somebody waits.
 */
const MOST_PAGES = 10;

/**
 * Sessions, newest first. By user: one partition of the user index. Otherwise every partition of the list index, merged.
 * The cursor is the `createdKey` of a session, so it stays good while sessions are added: everything at or above it was
 * shown, or does not meet the filter. There may be a cursor with fewer sessions than asked for, or none.
 */
export async function listSessions(
  client: DynamoDBClient,
  table: string,
  tenant: Tenant,
  filter: SessionFilter,
  { limit, cursor }: { limit: number; cursor?: string },
): Promise<{ items: Item[]; nextCursor?: string }> {
  // DynamoDB refuses a BETWEEN whose bounds are the wrong way round.
  if (cursor !== undefined && cursor < createdKey(filter.createdAfter ?? 0, '')) return { items: [] };
  const partitions = filter.subject
    ? [{ index: USER_SESSIONS_INDEX, attribute: 'subjectKey', value: userPartition(tenant, filter.subject) }]
    : Array.from({ length: LIST_PARTITIONS }, (_, partition) => ({
        index: SESSIONS_INDEX,
        attribute: 'listKey',
        value: listKey(tenant, partition),
      }));
  const parts = await Promise.all(
    partitions.map((partition) => newestOf(client, table, partition, filter, limit + 1, cursor)),
  );
  // Below the highest key that a partition was read down to, that partition may have sessions nobody has seen yet.
  const horizon = parts.reduce((highest, { readTo = '' }) => (readTo > highest ? readTo : highest), '');
  const known = parts
    .flatMap(({ items }) => items)
    .filter((item) => item.createdKey >= horizon)
    .sort((a, b) => (a.createdKey < b.createdKey ? 1 : -1));
  const items = known.slice(0, limit);
  const nextCursor = known.length > limit ? items.at(-1)?.createdKey : horizon;
  return { items, ...(nextCursor ? { nextCursor } : {}) };
}

async function newestOf(
  client: DynamoDBClient,
  table: string,
  { index, attribute, value }: { index: string; attribute: string; value: string },
  filter: SessionFilter,
  wanted: number,
  cursor: string | undefined,
): Promise<Part> {
  const after = createdKey(filter.createdAfter ?? 0, '');
  const conditions = [
    ...(filter.flow ? ['#state.#flow = :flow'] : []),
    ...(filter.status ? ['#state.#status = :status'] : []),
    ...(filter.reason ? ['contains(#state.#reasons, :reason)'] : []),
  ];
  const items: Item[] = [];
  let startKey: QueryCommand['input']['ExclusiveStartKey'];
  let pages = 0;
  do {
    const command = new QueryCommand({
      TableName: table,
      IndexName: index,
      // Both bounds of BETWEEN are inclusive: the session at the cursor itself is left out below.
      KeyConditionExpression: '#partition = :partition AND createdKey BETWEEN :after AND :before',
      ...(conditions.length > 0 ? { FilterExpression: conditions.join(' AND ') } : {}),
      ExpressionAttributeNames: {
        '#partition': attribute,
        ...(conditions.length > 0 ? { '#state': 'state' } : {}),
        ...(filter.flow ? { '#flow': 'flow' } : {}),
        ...(filter.status ? { '#status': 'status' } : {}),
        ...(filter.reason ? { '#reasons': 'reasons' } : {}),
      },
      ExpressionAttributeValues: marshall({
        ':partition': value,
        ':after': after,
        ':before': cursor ?? '~',
        ...(filter.flow ? { ':flow': filter.flow } : {}),
        ...(filter.status ? { ':status': filter.status } : {}),
        ...(filter.reason ? { ':reason': filter.reason } : {}),
      }),
      ScanIndexForward: false,
      ...(conditions.length === 0 ? { Limit: wanted + 1 } : {}),
      ExclusiveStartKey: startKey,
    });
    const output = await observed('dynamodb', 'Query', (options) => client.send(command, options));
    for (const raw of output.Items ?? []) {
      const item = unmarshall(raw) as Item;
      if (item.createdKey !== cursor) items.push(item);
    }
    startKey = output.LastEvaluatedKey;
    pages++;
  } while (startKey && items.length < wanted && pages < MOST_PAGES);
  if (items.length > wanted)
    return { items: items.slice(0, wanted), readTo: items[wanted - 1]?.createdKey ?? '' };
  return { items, ...(startKey?.createdKey?.S ? { readTo: startKey.createdKey.S } : {}) };
}

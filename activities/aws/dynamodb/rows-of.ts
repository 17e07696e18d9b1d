import {
  type AttributeValue,
  BatchGetItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { observed } from '../observe.js';
import { throttled } from '../to-failure.js';

/** BatchGetItem takes 100 keys at most (API reference). */
const READ_AT_ONCE = 100;

/** Rows at once: a user has a few dozen, and nobody waits. */
const REMOVED_AT_ONCE = 10;

type Row = Record<string, unknown> & { pk: string; sk: string };

/** Every row that a query finds, however many pages that takes. */
export async function rowsOf(
  client: DynamoDBClient,
  query: Omit<QueryCommandInput, 'ExclusiveStartKey'>,
): Promise<Row[]> {
  const rows: Row[] = [];
  let startKey: Record<string, AttributeValue> | undefined;
  do {
    const command = new QueryCommand({ ...query, ExclusiveStartKey: startKey });
    const output = await observed('dynamodb', 'Query', (options) => client.send(command, options));
    rows.push(...(output.Items ?? []).map((item) => unmarshall(item) as Row));
    startKey = output.LastEvaluatedKey;
  } while (startKey);
  return rows;
}

/** The keys of a partition, read strongly; of those sort keys only that begin with `prefix`. */
export function partitionKeys(
  client: DynamoDBClient,
  table: string,
  pk: string,
  prefix?: string,
): Promise<Row[]> {
  return rowsOf(client, {
    TableName: table,
    KeyConditionExpression: prefix === undefined ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: marshall({
      ':pk': pk,
      ...(prefix === undefined ? {} : { ':prefix': prefix }),
    }),
    ConsistentRead: true,
  });
}

/**
 * Rows by their keys (`<pk> <sk>`), read strongly; absent ones are left out.
 * @throws ApplicationFailure `Throttled` when DynamoDB leaves every key of a call unread
 */
export async function rowsByKey(
  client: DynamoDBClient,
  table: string,
  keys: readonly { pk: string; sk: string }[],
): Promise<Map<string, Row>> {
  const unique = new Map(keys.map(({ pk, sk }) => [`${pk} ${sk}`, marshall({ pk, sk })]));
  const wanted = [...unique.values()];
  const rows = new Map<string, Row>();
  while (wanted.length > 0) {
    const Keys = wanted.splice(0, READ_AT_ONCE);
    const command = new BatchGetItemCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } });
    const output = await observed('dynamodb', 'BatchGetItem', (options) => client.send(command, options));
    const unread = output.UnprocessedKeys?.[table]?.Keys ?? [];
    if (unread.length === Keys.length) throw throttled('BatchGetItem left every key unread');
    for (const item of output.Responses?.[table] ?? []) {
      const row = unmarshall(item) as Row;
      rows.set(`${row.pk} ${row.sk}`, row);
    }
    wanted.push(...unread);
  }
  return rows;
}

/** Removes rows, whatever is in them. @returns how many */
export async function removeRows(
  client: DynamoDBClient,
  table: string,
  keys: readonly { pk: string; sk: string }[],
): Promise<number> {
  for (let start = 0; start < keys.length; start += REMOVED_AT_ONCE) {
    await Promise.all(
      keys.slice(start, start + REMOVED_AT_ONCE).map(({ pk, sk }) => {
        const command = new DeleteItemCommand({ TableName: table, Key: marshall({ pk, sk }) });
        return observed('dynamodb', 'DeleteItem', (options) => client.send(command, options));
      }),
    );
  }
  return keys.length;
}

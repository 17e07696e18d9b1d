import { BatchWriteItemCommand, type DynamoDBClient, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { observed } from '../observe.js';
import { throttled } from '../to-failure.js';

/** BatchWriteItem takes 25 rows at most (API reference). */
const WRITTEN_AT_ONCE = 25;

type Key = { pk: string; sk: string };

/**
 * Writes rows, whatever is there; no two of one key. They are written one by one: after a failure some may be there.
 * @throws ApplicationFailure `Throttled` when DynamoDB leaves every row of a call unwritten
 */
export function putRows(
  client: DynamoDBClient,
  table: string,
  rows: readonly (Key & Record<string, unknown>)[],
): Promise<void> {
  return write(client, table, rows.map(putOf));
}

/**
 * Writes each row, and removes those that it takes the place of once all are written: what DynamoDB leaves unwritten of a call,
 * and a stop in between, may leave a row twice, and never lose it. What is written is not removed.
 * @throws ApplicationFailure as `putRows` does
 */
export async function moveRows(
  client: DynamoDBClient,
  table: string,
  rows: readonly { row: Key & Record<string, unknown>; from: readonly Key[] }[],
): Promise<void> {
  await putRows(
    client,
    table,
    rows.map(({ row }) => row),
  );
  const written = new Set(rows.map(({ row }) => nameOf(row)));
  const former = new Map(rows.flatMap(({ from }) => from.map((key) => [nameOf(key), key])));
  await deleteRows(
    client,
    table,
    [...former].flatMap(([name, key]) => (written.has(name) ? [] : [key])),
  );
}

/** Removes rows; ones that are not there are no error. @throws ApplicationFailure as `putRows` does */
export function deleteRows(client: DynamoDBClient, table: string, keys: readonly Key[]): Promise<void> {
  return write(client, table, keys.map(deleteOf));
}

const nameOf = ({ pk, sk }: Key) => `${pk} ${sk}`;

const putOf = (row: Key & Record<string, unknown>): WriteRequest => ({
  PutRequest: { Item: marshall(row, { removeUndefinedValues: true }) },
});

const deleteOf = ({ pk, sk }: Key): WriteRequest => ({ DeleteRequest: { Key: marshall({ pk, sk }) } });

async function write(client: DynamoDBClient, table: string, requests: WriteRequest[]): Promise<void> {
  const wanted = [...requests];
  while (wanted.length > 0) {
    const some = wanted.splice(0, WRITTEN_AT_ONCE);
    const command = new BatchWriteItemCommand({ RequestItems: { [table]: some } });
    const output = await observed('dynamodb', 'BatchWriteItem', (options) => client.send(command, options));
    const left = output.UnprocessedItems?.[table] ?? [];
    if (left.length === some.length) throw throttled('BatchWriteItem left every row unwritten');
    wanted.push(...left);
  }
}

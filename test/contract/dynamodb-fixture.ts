import { randomUUID } from 'node:crypto';
import {
  type AttributeValue,
  CreateTableCommand,
  type CreateTableCommandInput,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  type QueryCommandInput,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';

export const API = 'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference';
export const GUIDE = 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide';

export type Item = Record<string, AttributeValue>;

/** pk and sk; `by-group` with a range key and everything projected; `by-owner` sparse, with `note` only. */
export const TABLE: Omit<CreateTableCommandInput, 'TableName'> = {
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: ['pk', 'sk', 'group', 'rank', 'owner'].map((AttributeName) => ({
    AttributeName,
    AttributeType: AttributeName === 'rank' ? 'N' : 'S',
  })),
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'by-group',
      KeySchema: [
        { AttributeName: 'group', KeyType: 'HASH' },
        { AttributeName: 'rank', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
    {
      IndexName: 'by-owner',
      KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['note'] },
    },
  ],
};

const tables = new WeakMap<DynamoDBClient, Promise<string>>();

/** A table of the shape above that the checks of one client share; every check uses a partition of its own. */
export function sharedTable(client: DynamoDBClient): Promise<string> {
  let table = tables.get(client);
  if (!table) {
    table = newTable(client, TABLE);
    tables.set(client, table);
  }
  return table;
}

export async function newTable(
  client: DynamoDBClient,
  input: Omit<CreateTableCommandInput, 'TableName'> = TABLE,
): Promise<string> {
  const TableName = `contract-${randomUUID()}`;
  await client.send(new CreateTableCommand({ ...input, TableName }));
  await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 0.05, maxDelay: 0.2 }, { TableName });
  return TableName;
}

/** The shared table, and a partition key that nobody else uses. */
export async function partition(client: DynamoDBClient): Promise<{ TableName: string; pk: string }> {
  return { TableName: await sharedTable(client), pk: randomUUID() };
}

export const key = (pk: string, sk: string): Item => ({ pk: { S: pk }, sk: { S: sk } });

export async function put(
  client: DynamoDBClient,
  TableName: string,
  Item: Item,
  more: Partial<PutItemCommandInput> = {},
): Promise<void> {
  await client.send(new PutItemCommand({ TableName, Item, ...more }));
}

export async function get(client: DynamoDBClient, TableName: string, Key: Item): Promise<Item | undefined> {
  return (await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))).Item;
}

/** All items of partition `pk`. */
export const ofPartition = (pk: string): Partial<QueryCommandInput> => ({
  KeyConditionExpression: 'pk = :pk',
  ExpressionAttributeValues: { ':pk': { S: pk } },
});

import assert from 'node:assert/strict';
import {
  type DynamoDBClient,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type Check, rejected } from './check.js';
import { API, GUIDE, type Item, key, newTable, ofPartition, partition, put } from './dynamodb-fixture.js';

export const queryChecks: Check<DynamoDBClient>[] = [
  {
    name: 'queries a partition in order of its sort key, by prefix, range and direction',
    page: `${API}/API_Query.html`,
    async run(client) {
      const { TableName, pk } = await partition(client);
      for (const sk of ['PROFILE', 'FACE#a', 'FACE#b', 'FACE#日本', 'FACE', 'FACF']) {
        await put(client, TableName, key(pk, sk));
      }
      const found = async (condition: string, values: Item, more: Partial<QueryCommandInput> = {}) =>
        (
          await all(client, {
            TableName,
            KeyConditionExpression: `pk = :pk AND ${condition}`,
            ExpressionAttributeValues: { ':pk': { S: pk }, ...values },
            ConsistentRead: true,
            ...more,
          })
        ).map((item) => item.sk?.S);
      const prefix = { ':s': { S: 'FACE#' } };
      assert.deepEqual(await found('begins_with(sk, :s)', prefix), ['FACE#a', 'FACE#b', 'FACE#日本']);
      assert.deepEqual(await found('sk > :s', { ':s': { S: 'FACE#b' } }), ['FACE#日本', 'FACF', 'PROFILE']);
      const range = { ':a': { S: 'FACE' }, ':b': { S: 'FACE#b' } };
      assert.deepEqual(await found('sk BETWEEN :a AND :b', range, { ScanIndexForward: false }), [
        'FACE#b',
        'FACE#a',
        'FACE',
      ]);
    },
  },
  {
    name: 'pages through an index in both directions, items with equal index keys too',
    page: `${GUIDE}/Query.Pagination.html`,
    async run(client) {
      const { TableName, pk } = await partition(client);
      await Promise.all(
        Array.from({ length: 25 }, (_, i) =>
          put(client, TableName, {
            ...key(pk, `s${i}`),
            group: { S: pk },
            rank: { N: String(Math.floor(i / 5) * 10 - 20) },
          }),
        ),
      );
      for (const ScanIndexForward of [true, false]) {
        const items = await all(client, {
          TableName,
          IndexName: 'by-group',
          Limit: 4,
          ScanIndexForward,
          KeyConditionExpression: '#g = :g',
          ExpressionAttributeNames: { '#g': 'group' },
          ExpressionAttributeValues: { ':g': { S: pk } },
        });
        assert.equal(new Set(items.map((item) => item.sk?.S)).size, 25);
        const ranks = items.map((item) => Number(item.rank?.N));
        const sorted = [...ranks].sort((a, b) => (ScanIndexForward ? a - b : b - a));
        assert.deepEqual(ranks, sorted);
      }
    },
  },
  {
    name: 'projects and filters in a sparse index, and counts',
    page: `${GUIDE}/GSI.html`,
    async run(client) {
      const { TableName, pk } = await partition(client);
      for (let i = 0; i < 6; i++) {
        await put(client, TableName, {
          ...key(pk, `p${i}`),
          ...(i % 2 === 0 && { owner: { S: pk } }),
          note: { N: String(i) },
          secret: { S: 'not projected' },
        });
      }
      const query = {
        TableName,
        IndexName: 'by-owner',
        KeyConditionExpression: '#o = :o',
        ExpressionAttributeNames: { '#o': 'owner' },
        ExpressionAttributeValues: { ':o': { S: pk } },
      };
      const filtered = await client.send(
        new QueryCommand({
          ...query,
          FilterExpression: 'note > :n',
          ExpressionAttributeValues: { ...query.ExpressionAttributeValues, ':n': { N: '0' } },
        }),
      );
      assert.deepEqual([filtered.Count, filtered.ScannedCount], [2, 3]);
      assert.deepEqual(Object.keys(filtered.Items?.[0] ?? {}).sort(), ['note', 'owner', 'pk', 'sk']);
      const counted = await client.send(new QueryCommand({ ...query, Select: 'COUNT' }));
      assert.deepEqual([counted.Count, counted.Items], [3, undefined]);
      await rejected(
        client.send(new QueryCommand({ ...query, ConsistentRead: true })),
        'ValidationException',
        400,
      );
    },
  },
  {
    name: 'moves an item within an index when its index key changes, and out of it when that is removed',
    page: `${GUIDE}/GSI.html#GSI.Writes`,
    async run(client) {
      const { TableName, pk } = await partition(client);
      await put(client, TableName, { ...key(pk, 'm'), owner: { S: `${pk}-1` } });
      const owned = async (by: string) =>
        (
          await all(client, {
            TableName,
            IndexName: 'by-owner',
            KeyConditionExpression: '#o = :o',
            ExpressionAttributeNames: { '#o': 'owner' },
            ExpressionAttributeValues: { ':o': { S: by } },
          })
        ).length;
      const update = (UpdateExpression: string, values?: Item) =>
        client.send(
          new UpdateItemCommand({
            TableName,
            Key: key(pk, 'm'),
            UpdateExpression,
            ExpressionAttributeNames: { '#o': 'owner' },
            ...(values && { ExpressionAttributeValues: values }),
          }),
        );
      await update('SET #o = :o', { ':o': { S: `${pk}-2` } });
      assert.deepEqual([await owned(`${pk}-1`), await owned(`${pk}-2`)], [0, 1]);
      await update('REMOVE #o');
      assert.equal(await owned(`${pk}-2`), 0);
    },
  },
  {
    name: 'ends a page at 1 MB',
    page: `${GUIDE}/Query.Pagination.html`,
    async run(client) {
      const { TableName, pk } = await partition(client);
      for (let i = 0; i < 6; i++) {
        await put(client, TableName, { ...key(pk, `l${i}`), text: { S: 'x'.repeat(300 * 1024) } });
      }
      const page = await client.send(new QueryCommand({ TableName, ...ofPartition(pk) }));
      assert.ok(page.LastEvaluatedKey && (page.Count ?? 0) < 6);
      assert.equal((await all(client, { TableName, ...ofPartition(pk) })).length, 6);
    },
  },
  {
    name: 'scans a table whole, in pages and in parallel segments',
    page: `${API}/API_Scan.html`,
    async run(client) {
      const TableName = await newTable(client);
      const names = Array.from({ length: 30 }, (_, i) => `user-${i}`);
      await Promise.all(names.map((name) => put(client, TableName, key(name, 'PROFILE'))));
      const scan = async (more: object) => {
        const found: string[] = [];
        let start: Item | undefined;
        do {
          const page = await client.send(
            new ScanCommand({ TableName, ...more, ...(start && { ExclusiveStartKey: start }) }),
          );
          found.push(...(page.Items ?? []).map((item) => item.pk?.S ?? ''));
          start = page.LastEvaluatedKey;
        } while (start);
        return found;
      };
      assert.deepEqual((await scan({ Limit: 7 })).sort(), [...names].sort());
      const segments = await Promise.all([0, 1, 2, 3].map((Segment) => scan({ Segment, TotalSegments: 4 })));
      assert.deepEqual(segments.flat().sort(), [...names].sort());
    },
  },
];

/** The items of all pages. */
async function all(client: DynamoDBClient, input: QueryCommandInput): Promise<Item[]> {
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const page = await client.send(
      new QueryCommand({ ...input, ...(start && { ExclusiveStartKey: start }) }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start);
  return items;
}

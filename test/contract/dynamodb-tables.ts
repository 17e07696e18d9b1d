import assert from 'node:assert/strict';
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  ListTablesCommand,
  ListTagsOfResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb';
import { type Check, rejected } from './check.js';
import { API, get, key, newTable, put, sharedTable, TABLE } from './dynamodb-fixture.js';

export const tableChecks: Check<DynamoDBClient>[] = [
  {
    name: 'creates a table on demand with two indexes, active soon',
    page: `${API}/API_CreateTable.html`,
    async run(client) {
      const TableName = await sharedTable(client);
      const { Table } = await client.send(new DescribeTableCommand({ TableName }));
      assert.equal(Table?.TableStatus, 'ACTIVE');
      assert.equal(Table.BillingModeSummary?.BillingMode, 'PAY_PER_REQUEST');
      assert.match(Table.TableArn ?? '', /^arn:aws:dynamodb:.*:table\//);
      const indexes = Table.GlobalSecondaryIndexes?.map(({ IndexName, IndexStatus }) => [
        IndexName,
        IndexStatus,
      ]);
      assert.deepEqual(indexes?.sort(), [
        ['by-group', 'ACTIVE'],
        ['by-owner', 'ACTIVE'],
      ]);
    },
  },
  {
    name: 'answers ResourceInUseException for a table that exists',
    page: `${API}/API_CreateTable.html#API_CreateTable_Errors`,
    async run(client) {
      const TableName = await sharedTable(client);
      await rejected(
        client.send(new CreateTableCommand({ ...TABLE, TableName })),
        'ResourceInUseException',
        400,
      );
    },
  },
  {
    name: 'answers ResourceNotFoundException for a table that does not exist',
    page: `${API}/API_DescribeTable.html#API_DescribeTable_Errors`,
    async run(client) {
      const TableName = 'no-such-table';
      await rejected(client.send(new DescribeTableCommand({ TableName })), 'ResourceNotFoundException', 400);
      await rejected(get(client, TableName, key('a', 'b')), 'ResourceNotFoundException', 400);
      await rejected(put(client, TableName, key('a', 'b')), 'ResourceNotFoundException', 400);
    },
  },
  {
    name: 'lists tables page by page',
    page: `${API}/API_ListTables.html`,
    async run(client) {
      const TableName = await sharedTable(client);
      const names: string[] = [];
      let start: string | undefined;
      do {
        const page = await client.send(
          new ListTablesCommand({ Limit: 1, ...(start && { ExclusiveStartTableName: start }) }),
        );
        names.push(...(page.TableNames ?? []));
        start = page.LastEvaluatedTableName;
      } while (start);
      assert.ok(names.includes(TableName));
      assert.deepEqual(names, [...new Set(names)]);
    },
  },
  {
    name: 'deletes a table with its items; a new one of that name is empty',
    page: `${API}/API_DeleteTable.html`,
    async run(client) {
      const TableName = await newTable(client);
      await put(client, TableName, { ...key('a', 'b'), owner: { S: 'somebody' } });
      await client.send(new DeleteTableCommand({ TableName }));
      await waitUntilTableNotExists(
        { client, maxWaitTime: 10, minDelay: 0.05, maxDelay: 0.2 },
        { TableName },
      );
      await client.send(new CreateTableCommand({ ...TABLE, TableName }));
      assert.equal(await get(client, TableName, key('a', 'b')), undefined);
      await client.send(new DeleteTableCommand({ TableName }));
    },
  },
  {
    name: 'keeps a table that is protected against deletion',
    page: `${API}/API_UpdateTable.html`,
    async run(client) {
      const TableName = await newTable(client, { ...TABLE, DeletionProtectionEnabled: true });
      const { Table } = await client.send(new DescribeTableCommand({ TableName }));
      assert.equal(Table?.DeletionProtectionEnabled, true);
      await rejected(client.send(new DeleteTableCommand({ TableName })), 'ValidationException', 400);
      await client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
      await client.send(new DeleteTableCommand({ TableName }));
    },
  },
  {
    name: 'describes the encryption of a table',
    page: `${API}/API_SSEDescription.html`,
    async run(client) {
      const TableName = await newTable(client, {
        ...TABLE,
        SSESpecification: { Enabled: true, SSEType: 'KMS' },
      });
      const { Table } = await client.send(new DescribeTableCommand({ TableName }));
      assert.equal(Table?.SSEDescription?.Status, 'ENABLED');
      await client.send(new DeleteTableCommand({ TableName }));
    },
  },
  {
    name: 'notes the attribute of time to live',
    page: `${API}/API_UpdateTimeToLive.html`,
    async run(client) {
      const TableName = await newTable(client);
      const describe = async () =>
        (await client.send(new DescribeTimeToLiveCommand({ TableName }))).TimeToLiveDescription;
      assert.equal((await describe())?.TimeToLiveStatus, 'DISABLED');
      const enable = new UpdateTimeToLiveCommand({
        TableName,
        TimeToLiveSpecification: { AttributeName: 'expires_at', Enabled: true },
      });
      await client.send(enable);
      const { TimeToLiveStatus, AttributeName } = (await describe()) ?? {};
      assert.match(TimeToLiveStatus ?? '', /^ENABL(ED|ING)$/);
      assert.equal(AttributeName, 'expires_at');
      await client.send(new DeleteTableCommand({ TableName }));
    },
  },
  {
    name: 'tags a table',
    page: `${API}/API_TagResource.html`,
    async run(client) {
      const TableName = await sharedTable(client);
      const { Table } = await client.send(new DescribeTableCommand({ TableName }));
      const ResourceArn = Table?.TableArn;
      const tags = async () => (await client.send(new ListTagsOfResourceCommand({ ResourceArn }))).Tags;
      const Tags = [
        { Key: 'environment', Value: 'test' },
        { Key: 'owner', Value: 'idv' },
      ];
      await client.send(new TagResourceCommand({ ResourceArn, Tags }));
      assert.equal((await tags())?.length, 2);
      await client.send(new UntagResourceCommand({ ResourceArn, TagKeys: ['owner'] }));
      assert.deepEqual(await tags(), [{ Key: 'environment', Value: 'test' }]);
    },
  },
];

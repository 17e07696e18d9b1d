import assert from 'node:assert/strict';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { type Check, rejected } from './check.js';
import { API, GUIDE, get, type Item, key, partition, put } from './dynamodb-fixture.js';

const ONLY_NEW = { ConditionExpression: 'attribute_not_exists(pk)' };

export const itemChecks: Check<DynamoDBClient>[] = [
  {
    name: 'keeps every type as it was put',
    page: `${GUIDE}/HowItWorks.NamingRulesDataTypes.html`,
    async run(client) {
      const { TableName, pk } = await partition(client);
      const item: Item = {
        ...key(pk, 'types'),
        number: { N: '12345678901234567890123456789012345678' },
        negative: { N: '-0.5' },
        bytes: { B: Uint8Array.of(1, 2, 255) },
        noBytes: { B: new Uint8Array(0) },
        noText: { S: '' },
        text: { S: 'žluťoučký 😀' },
        map: { M: { list: { L: [{ NULL: true }, { BOOL: false }, { M: {} }] } } },
        texts: { SS: ['a', 'b'] },
      };
      await put(client, TableName, item);
      assert.deepEqual(await get(client, TableName, key(pk, 'types')), item);
    },
  },
  {
    name: 'refuses numbers of 39 digits, empty keys, keys of a wrong type, and items over 400 KB',
    page: `${GUIDE}/ServiceQuotas.html`,
    async run(client) {
      const { TableName, pk } = await partition(client);
      const refused: Item[] = [
        { ...key(pk, 'n'), number: { N: '1'.repeat(39) } },
        key('', 'x'),
        { pk: { S: pk }, sk: { N: '1' } },
        { pk: { S: pk } },
        { ...key(pk, 'big'), text: { S: 'x'.repeat(410 * 1024) } },
        { ...key(pk, 'big'), text: { S: '日'.repeat(140 * 1024) } },
        { ...key(pk, 'i'), owner: { N: '1' } },
        { ...key(pk, 'i'), owner: { S: '' } },
      ];
      for (const item of refused) await rejected(put(client, TableName, item), 'ValidationException', 400);
      await put(client, TableName, { ...key(pk, 'big'), text: { S: 'x'.repeat(399 * 1024) } });
      const grow = new UpdateItemCommand({
        TableName,
        Key: key(pk, 'big'),
        UpdateExpression: 'SET more = :m',
        ExpressionAttributeValues: { ':m': { S: 'ž'.repeat(1024) } },
      });
      await rejected(client.send(grow), 'ValidationException', 400);
    },
  },
  {
    name: 'puts an item only where there is none, and hands back the one in the way',
    page: `${API}/API_PutItem.html`,
    async run(client) {
      const { TableName, pk } = await partition(client);
      await put(client, TableName, { ...key(pk, 'c'), version: { N: '1' } }, ONLY_NEW);
      const again = { ...key(pk, 'c'), version: { N: '2' } };
      const plain = await rejected(
        put(client, TableName, again, ONLY_NEW),
        'ConditionalCheckFailedException',
        400,
      );
      assert.equal(plain.Item, undefined);
      const old = await rejected(
        put(client, TableName, again, { ...ONLY_NEW, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
        'ConditionalCheckFailedException',
      );
      assert.deepEqual(old.Item, { ...key(pk, 'c'), version: { N: '1' } });
    },
  },
  {
    name: 'lets exactly one of 50 concurrent conditional puts win',
    page: `${GUIDE}/WorkingWithItems.html#WorkingWithItems.ConditionalUpdate`,
    async run(client) {
      const { TableName, pk } = await partition(client);
      const results = await Promise.allSettled(
        Array.from({ length: 50 }, (_, racer) =>
          put(client, TableName, { ...key(pk, 'race'), racer: { N: String(racer) } }, ONLY_NEW),
        ),
      );
      const lost = results.filter((result) => result.status === 'rejected');
      assert.equal(lost.length, 49);
      for (const { reason } of lost) assert.equal(reason.name, 'ConditionalCheckFailedException');
    },
  },
  {
    name: 'counts 100 concurrent increments, each once',
    page: `${GUIDE}/Expressions.UpdateExpressions.html`,
    async run(client) {
      const { TableName, pk } = await partition(client);
      await Promise.all(
        Array.from({ length: 100 }, () =>
          client.send(
            new UpdateItemCommand({
              TableName,
              Key: key(pk, 'counter'),
              UpdateExpression: 'ADD attempts :one',
              ExpressionAttributeValues: { ':one': { N: '1' } },
            }),
          ),
        ),
      );
      assert.deepEqual((await get(client, TableName, key(pk, 'counter')))?.attempts, { N: '100' });
    },
  },
  {
    name: 'updates by expression: set, paths, if_not_exists, list_append, arithmetic, remove, sets',
    page: `${GUIDE}/Expressions.UpdateExpressions.html`,
    async run(client) {
      const { TableName, pk } = await partition(client);
      await put(client, TableName, {
        ...key(pk, 'u'),
        map: { M: { a: { N: '1' } } },
        list: { L: [{ N: '1' }] },
        labels: { SS: ['a', 'b'] },
      });
      const update = (input: Partial<UpdateItemCommandInput>) =>
        client.send(
          new UpdateItemCommand({ TableName, Key: key(pk, 'u'), ReturnValues: 'ALL_NEW', ...input }),
        );
      await update({
        UpdateExpression:
          'SET #l = list_append(#l, :l), #m.b = :b, n = if_not_exists(n, :five) + :one REMOVE #m.a ADD labels :c',
        ExpressionAttributeNames: { '#l': 'list', '#m': 'map' },
        ExpressionAttributeValues: {
          ':l': { L: [{ N: '2' }] },
          ':b': { S: 'B' },
          ':five': { N: '5' },
          ':one': { N: '1' },
          ':c': { SS: ['c'] },
        },
      });
      const { Attributes } = await update({
        UpdateExpression: 'DELETE labels :a',
        ExpressionAttributeValues: { ':a': { SS: ['a'] } },
      });
      assert.deepEqual(Attributes?.list, { L: [{ N: '1' }, { N: '2' }] });
      assert.deepEqual(Attributes.map, { M: { b: { S: 'B' } } });
      assert.deepEqual(Attributes.n, { N: '6' });
      assert.deepEqual(Attributes.labels?.SS?.sort(), ['b', 'c']);
    },
  },
  {
    name: 'moves an item from state to state only when version and state are the expected ones',
    page: `${GUIDE}/Expressions.ConditionExpressions.html`,
    async run(client) {
      const { TableName, pk } = await partition(client);
      await put(client, TableName, { ...key(pk, 's'), state: { S: 'tentative' }, version: { N: '3' } });
      const move = (version: string) =>
        client.send(
          new UpdateItemCommand({
            TableName,
            Key: key(pk, 's'),
            UpdateExpression: 'SET #s = :to, version = version + :one',
            ConditionExpression:
              'version = :v AND #s IN (:from, :other) AND size(#s) > :one AND NOT attribute_exists(erased)',
            ExpressionAttributeNames: { '#s': 'state' },
            ExpressionAttributeValues: {
              ':to': { S: 'active' },
              ':from': { S: 'tentative' },
              ':other': { S: 'lost' },
              ':v': { N: version },
              ':one': { N: '1' },
            },
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        );
      const stale = await rejected(move('2'), 'ConditionalCheckFailedException');
      assert.deepEqual((stale.Item as Item | undefined)?.version, { N: '3' });
      await move('3');
      await rejected(move('4'), 'ConditionalCheckFailedException');
      const item = await get(client, TableName, key(pk, 's'));
      assert.deepEqual([item?.state, item?.version], [{ S: 'active' }, { N: '4' }]);
    },
  },
  {
    name: 'refuses updates of keys, reserved words in the plain, and names or values that are not used',
    page: `${GUIDE}/Expressions.ExpressionAttributeNames.html`,
    async run(client) {
      const { TableName, pk } = await partition(client);
      const one = { ':v': { S: 'x' } };
      const refused: Partial<UpdateItemCommandInput>[] = [
        { UpdateExpression: 'SET sk = :v', ExpressionAttributeValues: one },
        { UpdateExpression: 'SET status = :v', ExpressionAttributeValues: one },
        {
          UpdateExpression: 'SET a = :v',
          ExpressionAttributeValues: one,
          ExpressionAttributeNames: { '#unused': 'b' },
        },
        { UpdateExpression: 'SET a = :v', ExpressionAttributeValues: { ...one, ':unused': { S: 'y' } } },
        { UpdateExpression: 'SET a = :missing' },
      ];
      for (const input of refused) {
        const update = new UpdateItemCommand({ TableName, Key: key(pk, 'u'), ...input });
        await rejected(client.send(update), 'ValidationException', 400);
      }
    },
  },
  {
    name: 'deletes on a condition and hands back what was there; deleting nothing is fine',
    page: `${API}/API_DeleteItem.html`,
    async run(client) {
      const { TableName, pk } = await partition(client);
      const item = { ...key(pk, 'd'), state: { S: 'active' } };
      await put(client, TableName, item);
      const remove = (state: string) =>
        client.send(
          new DeleteItemCommand({
            TableName,
            Key: key(pk, 'd'),
            ConditionExpression: '#s = :s',
            ExpressionAttributeNames: { '#s': 'state' },
            ExpressionAttributeValues: { ':s': { S: state } },
            ReturnValues: 'ALL_OLD',
          }),
        );
      await rejected(remove('lost'), 'ConditionalCheckFailedException');
      assert.deepEqual((await remove('active')).Attributes, item);
      const again = await client.send(new DeleteItemCommand({ TableName, Key: key(pk, 'd') }));
      assert.equal(again.Attributes, undefined);
    },
  },
  {
    name: 'reads chosen attributes, strongly or not',
    page: `${API}/API_GetItem.html`,
    async run(client) {
      const { TableName, pk } = await partition(client);
      await put(client, TableName, { ...key(pk, 'g'), a: { S: '1' }, b: { M: { c: { S: '2' } } } });
      const { Item } = await client.send(
        new GetItemCommand({
          TableName,
          Key: key(pk, 'g'),
          ProjectionExpression: 'b.#c, sk',
          ExpressionAttributeNames: { '#c': 'c' },
          ConsistentRead: true,
        }),
      );
      assert.deepEqual(Item, { sk: { S: 'g' }, b: { M: { c: { S: '2' } } } });
      const missing = await client.send(new GetItemCommand({ TableName, Key: key(pk, 'none') }));
      assert.equal(missing.Item, undefined);
    },
  },
  {
    name: 'writes and reads in batches: 25 writes, not 26, no key twice; 100 reads',
    page: `${API}/API_BatchWriteItem.html`,
    async run(client) {
      const { TableName, pk } = await partition(client);
      const puts = (count: number) =>
        Array.from({ length: count }, (_, i) => ({
          PutRequest: { Item: { ...key(pk, `b${i}`), owner: { S: pk } } },
        }));
      const write = (requests: object[]) =>
        client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests as never } }));
      const { UnprocessedItems } = await write(puts(25));
      assert.deepEqual(UnprocessedItems ?? {}, {});
      await rejected(write(puts(26)), 'ValidationException', 400);
      await rejected(write([...puts(1), ...puts(1)]), 'ValidationException', 400);
      await write([{ DeleteRequest: { Key: key(pk, 'b0') } }, ...puts(3).slice(1)]);
      const Keys = Array.from({ length: 100 }, (_, i) => key(pk, `b${i}`));
      const read = await client.send(
        new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys, ConsistentRead: true } } }),
      );
      assert.equal(read.Responses?.[TableName]?.length, 24);
    },
  },
];

import assert from 'node:assert/strict';
import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { type Database, openDatabase } from '../../../local/dynamodb/database.js';
import type { Item } from '../../../local/dynamodb/dynalite.js';
import { batchWrite, read, write } from '../../../local/dynamodb/items.js';
import { createTable } from '../../../local/dynamodb/tables.js';
import { startTwin, type Twin } from '../../../local/twin.js';
import { dynamodbClient } from '../../contract/clients.js';
import { TABLE } from '../../contract/dynamodb-fixture.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

describe('Indexes of DynamoDB', () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  let database: Database;

  before(async () => {
    directory = temporaryDirectory();
    database = await openDatabase(directory.path);
  });
  after(async () => {
    await database?.close();
    directory.remove();
  });

  const few = (prefix: string, max: number) => fc.integer({ min: 0, max }).map((n) => `${prefix}${n}`);
  const attributes = fc.record(
    {
      group: few('g', 2).map((S) => ({ S })),
      rank: fc.integer({ min: -3, max: 3 }).map((N) => ({ N: String(N) })),
      owner: few('o', 2).map((S) => ({ S })),
      note: fc.string().map((S) => ({ S })),
    },
    { requiredKeys: [] },
  );
  const Key = few('p', 3).map((S) => ({ pk: { S }, sk: { S: 's' } }));
  const step = fc.oneof(
    fc.record({ kind: fc.constant('put' as const), Key, attributes }),
    fc.record({ kind: fc.constant('set' as const), Key, attributes }),
    fc.record({ kind: fc.constant('remove' as const), Key, name: fc.constantFrom('group', 'rank', 'owner') }),
    fc.record({ kind: fc.constant('delete' as const), Key }),
    fc.record({ kind: fc.constant('batch' as const), Key, other: Key, attributes }),
  );
  type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

  it('hold exactly the items that have the keys, after any writes, also at once', async () => {
    let tables = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, { maxLength: 6 }), { maxLength: 6 }), async (rounds) => {
        const TableName = `table-${tables++}`;
        await createTable(database, { ...TABLE, TableName } as never);
        for (const round of rounds) await Promise.all(round.map((each) => apply(TableName, each)));
        const { Items: items } = (await read(database, 'Scan', { TableName })) as { Items: Item[] };
        assert.deepEqual(
          await indexed(TableName, 'by-group', 'group', ['g0', 'g1', 'g2']),
          sorted(items.filter((item) => item.group && item.rank)),
        );
        const owned = items
          .filter((item) => item.owner)
          .map(({ pk, sk, owner, note }) => ({ pk, sk, owner, ...(note && { note }) }) as Item);
        assert.deepEqual(await indexed(TableName, 'by-owner', 'owner', ['o0', 'o1', 'o2']), sorted(owned));
      }),
      { numRuns: 40 },
    );
  });

  async function apply(TableName: string, step: Step): Promise<void> {
    const { kind, Key } = step;
    if (kind === 'put') await write(database, 'PutItem', { TableName, Item: { ...Key, ...step.attributes } });
    if (kind === 'delete') await write(database, 'DeleteItem', { TableName, Key });
    if (kind === 'remove') {
      const names = { '#n': step.name };
      const update = { UpdateExpression: 'REMOVE #n', ExpressionAttributeNames: names };
      await write(database, 'UpdateItem', { TableName, Key, ...update });
    }
    if (kind === 'set') {
      const updates = Object.entries(step.attributes).map(([name, Value]) => [
        name,
        { Action: 'PUT', Value },
      ]);
      await write(database, 'UpdateItem', { TableName, Key, AttributeUpdates: Object.fromEntries(updates) });
    }
    if (kind === 'batch') {
      const requests = [{ PutRequest: { Item: { ...Key, ...step.attributes } } }] as object[];
      if (step.other.pk.S !== Key.pk.S) requests.push({ DeleteRequest: { Key: step.other } });
      await batchWrite(database, { RequestItems: { [TableName]: requests } });
    }
  }

  async function indexed(
    TableName: string,
    IndexName: string,
    name: string,
    values: string[],
  ): Promise<Item[]> {
    const found: Item[] = [];
    for (const S of values) {
      const page = (await read(database, 'Query', {
        TableName,
        IndexName,
        KeyConditionExpression: '#n = :v',
        ExpressionAttributeNames: { '#n': name },
        ExpressionAttributeValues: { ':v': { S } },
      })) as { Items: Item[] };
      found.push(...page.Items);
    }
    return sorted(found);
  }
});

/** By partition key, without what JSON would not keep. */
function sorted(items: Item[]): Item[] {
  const plain = JSON.parse(JSON.stringify(items)) as Item[];
  return plain.sort((a, b) => (String(a.pk?.S) < String(b.pk?.S) ? -1 : 1));
}

describe('DynamoDB, sent nonsense', () => {
  let twin: Twin;
  let client: DynamoDBClient;

  before(async () => {
    twin = await startTwin();
    client = dynamodbClient(twin.endpoints.dynamodb, twin.credentials);
    await client.send(new CreateTableCommand({ ...TABLE, TableName: 'idv' }));
  });
  after(() => twin?.close());

  const key = { pk: { S: 'a' }, sk: { S: 'b' } };
  const values = { ':v': { S: 'x' } };
  const valid: Record<string, object> = {
    GetItem: { TableName: 'idv', Key: key, ProjectionExpression: 'a.b[0]' },
    PutItem: { TableName: 'idv', Item: { ...key, m: { M: { l: { L: [{ N: '1' }] } } } } },
    UpdateItem: {
      TableName: 'idv',
      Key: key,
      UpdateExpression: 'SET a = :v',
      ConditionExpression: 'attribute_not_exists(a)',
      ExpressionAttributeValues: values,
    },
    DeleteItem: {
      TableName: 'idv',
      Key: key,
      ConditionExpression: 'a = :v',
      ExpressionAttributeValues: values,
    },
    Query: {
      TableName: 'idv',
      IndexName: 'by-owner',
      KeyConditionExpression: 'pk = :v',
      FilterExpression: 'size(a) > :v',
      ExpressionAttributeValues: values,
      ExclusiveStartKey: { ...key, owner: { S: 'o' } },
    },
    Scan: { TableName: 'idv', Segment: 0, TotalSegments: 2, ExclusiveStartKey: key },
    BatchWriteItem: {
      RequestItems: { idv: [{ PutRequest: { Item: key } }, { DeleteRequest: { Key: key } }] },
    },
    BatchGetItem: { RequestItems: { idv: { Keys: [key] } } },
    CreateTable: { ...TABLE, TableName: 'new' },
    UpdateTable: { TableName: 'idv', BillingMode: 'PAY_PER_REQUEST' },
    UntagResource: { ResourceArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/idv', TagKeys: ['a'] },
    UpdateTimeToLive: { TableName: 'idv', TimeToLiveSpecification: { AttributeName: 't', Enabled: true } },
    TagResource: {
      ResourceArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/idv',
      Tags: [{ Key: 'a', Value: 'b' }],
    },
  };
  const junk = fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1e300,
    '',
    'x',
    [],
    {},
    [null],
    { S: 1 },
    { x: {} },
  );

  it('answers everything with a 4xx or a result, and lives on', async () => {
    const cases = fc.constantFrom(...Object.keys(valid)).chain((operation) => {
      const paths = pathsOf(valid[operation]);
      return fc.tuple(fc.constant(operation), fc.constantFrom(...paths), junk);
    });
    const unexpected: string[] = [];
    await fc.assert(
      fc.asyncProperty(cases, async ([operation, path, value]) => {
        const body = JSON.stringify(replaced(valid[operation], path, value));
        const { status, text } = await send(client, twin, operation, body);
        if (status !== 200 && status !== 400) unexpected.push(`${operation} ${body}: ${status} ${text}`);
      }),
      { numRuns: 400 },
    );
    assert.deepEqual(unexpected, []);
    assert.equal((await send(client, twin, 'ListTables', '{}')).status, 200);
    assert.equal((await send(client, twin, 'PutItem', '{"TableName":')).status, 400);
  });
});

function pathsOf(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) => [
    [name],
    ...pathsOf(child).map((path) => [name, ...path]),
  ]);
}

function replaced(value: unknown, [name, ...rest]: string[], by: unknown): unknown {
  if (name === undefined) return by;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  copy[name] = replaced(copy[name], rest, by);
  return copy;
}

/** A signed request with a body of our own. */
async function send(
  client: DynamoDBClient,
  twin: Twin,
  operation: string,
  body: string,
): Promise<{ status: number; text: string }> {
  const { hostname, host } = new URL(twin.endpoints.dynamodb);
  const signer = await client.config.signer();
  const request = { method: 'POST', protocol: 'http:', hostname, path: '/', query: {}, body };
  const headers = { host, 'x-amz-target': `DynamoDB_20120810.${operation}` };
  const signed = await signer.sign({ ...request, headers } as never);
  const response = await fetch(twin.endpoints.dynamodb, { method: 'POST', body, headers: signed.headers });
  return { status: response.status, text: await response.text() };
}

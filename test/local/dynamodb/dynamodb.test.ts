import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import {
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { runAction } from '../../../local/dynamodb/action-store.js';
import { keys, openDatabase, readTable } from '../../../local/dynamodb/database.js';
import type { Input } from '../../../local/dynamodb/dynalite.js';
import { createDynamoDb, type DynamoDb } from '../../../local/dynamodb/server.js';
import { createFaults } from '../../../local/faults.js';
import { type Listening, listen } from '../../../local/http/listen.js';
import { rejected } from '../../contract/check.js';
import { dynamodbClient } from '../../contract/clients.js';
import { key, newTable, put, TABLE } from '../../contract/dynamodb-fixture.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' };

describe("The twin's DynamoDB", () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  let service: DynamoDb;
  let listening: Listening;
  let client: DynamoDBClient;
  let closed = false;

  before(async () => {
    directory = temporaryDirectory();
    service = await createDynamoDb({ directory: directory.path, credentials, faults: createFaults() });
    listening = await listen(service.handler, { port: 0, owner: 'a test', variable: 'NONE' });
    client = dynamodbClient(listening.url, credentials);
  });
  after(async () => {
    await listening?.close();
    if (!closed) await service?.close();
    directory.remove();
  });

  it('keeps two items apart in an index whose keys dynalite would give the same entry', async () => {
    const { hashPrefix } = createRequire(import.meta.url)('dynalite/db') as {
      hashPrefix(hash: string, hashType: string, range: string, rangeType: string): string;
    };
    const seen = new Map<string, string>();
    let pair: [string, string] | undefined;
    for (let i = 0; !pair; i++) {
      const hash = hashPrefix(`user-${i}`, 'S', 'PROFILE', 'S');
      const earlier = seen.get(hash);
      if (earlier) pair = [earlier, `user-${i}`];
      seen.set(hash, `user-${i}`);
    }
    const TableName = await newTable(client);
    for (const pk of pair) await put(client, TableName, { ...key(pk, 'PROFILE'), owner: { S: 'both' } });
    const { Items } = await client.send(
      new QueryCommand({
        TableName,
        IndexName: 'by-owner',
        KeyConditionExpression: '#o = :o',
        ExpressionAttributeNames: { '#o': 'owner' },
        ExpressionAttributeValues: { ':o': { S: 'both' } },
      }),
    );
    assert.deepEqual(Items?.map((item) => item.pk?.S).sort(), [...pair].sort());
  });

  it('has no transactions, and says so by name', async () => {
    const Put = { TableName: 'any', Item: key('a', 'b') };
    const transaction = new TransactWriteItemsCommand({ TransactItems: [{ Put }] });
    const error = await rejected(client.send(transaction), 'UnknownOperationException', 400);
    assert.match(error.message, /TransactWriteItems/);
  });

  it('sends errors in the namespaces that the real one has', async () => {
    const types: Record<string, string> = {};
    const recorder = createServer((request, response) => {
      const write = response.end.bind(response);
      response.end = ((body: Buffer) => {
        const { __type: type } = JSON.parse(body.toString());
        types[type.split('#')[1]] = type.split('#')[0];
        return write(body);
      }) as typeof response.end;
      service.handler(request, response);
    });
    await new Promise<void>((resolve) => recorder.listen(0, '127.0.0.1', resolve));
    const { port } = recorder.address() as { port: number };
    const recorded = dynamodbClient(`http://127.0.0.1:${port}`, credentials);
    const stranger = dynamodbClient(`http://127.0.0.1:${port}`, { ...credentials, accessKeyId: 'AKIDOTHER' });
    await rejected(put(recorded, 'nowhere', key('a', 'b')), 'ResourceNotFoundException');
    await rejected(put(recorded, 'x', key('a', 'b')), 'ValidationException');
    await rejected(put(stranger, 'nowhere', key('a', 'b')), 'UnrecognizedClientException');
    recorder.closeAllConnections();
    await new Promise((resolve) => recorder.close(resolve));
    assert.deepEqual(types, {
      ResourceNotFoundException: 'com.amazonaws.dynamodb.v20120810',
      ValidationException: 'com.amazon.coral.validate',
      UnrecognizedClientException: 'com.amazon.coral.service',
    });
  });

  it('refuses a request without a signature, and is healthy to a GET', async () => {
    const headers = { 'x-amz-target': 'DynamoDB_20120810.PutItem' };
    const unsigned = await fetch(listening.url, { method: 'POST', headers, body: '{' });
    assert.equal(unsigned.status, 400);
    assert.match(await unsigned.text(), /MissingAuthenticationTokenException/);
    assert.equal((await fetch(listening.url)).status, 200);
  });

  it('rejects one call, and lives on, when dynalite throws where nobody can catch it', async () => {
    const { path, remove } = temporaryDirectory();
    const database = await openDatabase(path);
    await database.level.put(keys.table('broken'), { ...TABLE, TableName: 'broken', TableStatus: 'ACTIVE' });
    const unchecked = { TableName: 'broken', IndexName: 'by-owner' } as Input; // no KeyConditions: a TypeError inside
    await assert.rejects(runAction(database, 'Query', unchecked), TypeError);
    await database.close();
    remove();
  });

  it('finishes what a killed process left half done to a table', async () => {
    const { path, remove } = temporaryDirectory();
    const first = await openDatabase(path);
    const table = (TableName: string, TableStatus: string) => ({ ...TABLE, TableName, TableStatus });
    await first.level.put(keys.table('creating'), table('creating', 'CREATING'));
    await first.level.put(keys.table('deleting'), table('deleting', 'DELETING'));
    await first.level.put(`${keys.items('deleting')}some/key/`, key('a', 'b'));
    await first.close();
    const second = await openDatabase(path);
    assert.equal((await readTable(second, 'creating'))?.TableStatus, 'ACTIVE');
    assert.equal(await readTable(second, 'deleting'), undefined);
    assert.deepEqual(await second.level.keys({ gte: 'item~' }).all(), [keys.table('creating')]);
    await second.close();
    remove();
  });

  it('answers InternalServerError when its database fails, and keeps the connection usable', async () => {
    const TableName = await newTable(client);
    await client.send(new PutItemCommand({ TableName, Item: key('a', 'b') }));
    await service.close();
    closed = true;
    await rejected(client.send(new ScanCommand({ TableName })), 'InternalServerError', 500);
    await rejected(put(client, TableName, key('a', 'c')), 'InternalServerError', 500);
  });
});

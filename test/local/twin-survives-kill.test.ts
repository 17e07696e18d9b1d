import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CreateTableCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { dynamodbClient, s3Client } from '../contract/clients.js';
import { TABLE } from '../contract/dynamodb-fixture.js';
import { eventually } from '../support/eventually.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { startTwinProcess, type TwinProcess } from './twin-process.js';

const WRITERS = 10;
/** Acknowledged writes before the kill: enough to be in the middle of it. */
const ENOUGH = 300;
const TableName = 'idv';
const Bucket = 'photos';

describe('The twin, killed while ten writers write', () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  let twin: TwinProcess | undefined;

  before(() => {
    directory = temporaryDirectory();
  });
  after(async () => {
    await twin?.end('SIGKILL');
    directory.remove();
  });

  it('has every acknowledged write when it comes back, whole and in every index', async () => {
    twin = await startTwinProcess(directory.path);
    const written = await writeUntilKilled(twin, directory.path);
    twin = await startTwinProcess(directory.path);
    const dynamodb = dynamodbClient(twin.endpoints.dynamodb, twin.credentials);
    const s3 = s3Client(twin.endpoints.s3, twin.credentials);

    const items = await scan(dynamodb);
    const lostItems = [...written.items].filter(([pk, version]) => !(Number(items.get(pk)) >= version));
    assert.deepEqual(lostItems, []);
    const indexed = await query(dynamodb);
    assert.deepEqual([...indexed].sort(), [...items.keys()].sort());

    const keys = await list(s3);
    for (const [Key, hash] of written.objects) {
      assert.ok(keys.has(Key), `${Key} is lost`);
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      const found = sha256((await Body?.transformToByteArray()) ?? new Uint8Array());
      assert.ok(found === hash || found === written.attempts.get(Key), `${Key} has an older content`);
    }
    const blobs = await readdir(join(directory.path, 's3', 'blobs'), {
      recursive: true,
      withFileTypes: true,
    });
    assert.equal(blobs.filter((entry) => entry.isFile()).length, keys.size, 'a content without an object');
    assert.equal(await twin.end('SIGTERM'), 0);
    twin = undefined;
  });
});

interface Written {
  /** Partition key and the version of the last acknowledged write. */
  items: Map<string, number>;
  /** Key and SHA-256 of the last acknowledged content. */
  objects: Map<string, string>;
  /** Key and SHA-256 of the last content sent, acknowledged or not. */
  attempts: Map<string, string>;
}

async function writeUntilKilled(twin: TwinProcess, directory: string): Promise<Written> {
  const dynamodb = dynamodbClient(twin.endpoints.dynamodb, twin.credentials);
  const s3 = s3Client(twin.endpoints.s3, twin.credentials);
  await dynamodb.send(new CreateTableCommand({ ...TABLE, TableName }));
  await s3.send(new CreateBucketCommand({ Bucket }));
  const written: Written = { items: new Map(), objects: new Map(), attempts: new Map() };
  let acknowledged = 0;
  let killed = false;
  const until = async (write: (n: number) => Promise<void>) => {
    for (let n = 0; !killed; n++) {
      try {
        await write(n);
        acknowledged++;
      } catch (error) {
        if (!killed) throw error;
      }
    }
  };
  const writers = Array.from({ length: WRITERS }, (_, writer) =>
    writer % 2 === 0
      ? until((n) => writeItem(dynamodb, written, `${writer}-${n}`))
      : until((n) => writeObject(s3, written, `${writer}/${n % 10}`)),
  );
  const failed = Promise.all(writers);
  await Promise.race([failed, eventually('enough is written', () => acknowledged >= ENOUGH)]);
  const ended = twin.end('SIGKILL'); // every writer has a call under way
  killed = true;
  await ended;
  await failed;
  assert.ok(acknowledged >= ENOUGH, directory);
  return written;
}

/** A new item and a change of it: two acknowledged writes, of which the later must be found. */
async function writeItem(client: DynamoDBClient, { items }: Written, pk: string): Promise<void> {
  const Key = { pk: { S: pk }, sk: { S: 'PROFILE' } };
  const Item = { ...Key, version: { N: '1' }, group: { S: 'all' }, rank: { N: '1' } };
  await client.send(new PutItemCommand({ TableName, Item }));
  items.set(pk, 1);
  await client.send(
    new UpdateItemCommand({
      TableName,
      Key,
      UpdateExpression: 'SET version = version + :one, #r = :two',
      ExpressionAttributeNames: { '#r': 'rank' },
      ExpressionAttributeValues: { ':one': { N: '1' }, ':two': { N: '2' } },
    }),
  );
  items.set(pk, 2);
}

/** Mostly over an earlier object. */
async function writeObject(client: S3Client, written: Written, Key: string): Promise<void> {
  const Body = randomBytes(20_000);
  written.attempts.set(Key, sha256(Body));
  await client.send(new PutObjectCommand({ Bucket, Key, Body }));
  written.objects.set(Key, sha256(Body));
}

async function scan(client: DynamoDBClient): Promise<Map<string, string>> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName }));
  return new Map(Items.map((item) => [item.pk?.S ?? '', item.version?.N ?? '']));
}

async function query(client: DynamoDBClient): Promise<string[]> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName,
      IndexName: 'by-group',
      KeyConditionExpression: '#g = :g',
      ExpressionAttributeNames: { '#g': 'group' },
      ExpressionAttributeValues: { ':g': { S: 'all' } },
    }),
  );
  return Items.map((item) => item.pk?.S ?? '');
}

async function list(client: S3Client): Promise<Set<string>> {
  const keys = new Set<string>();
  let token: string | undefined;
  do {
    const page: { Contents?: { Key?: string }[]; NextContinuationToken?: string } = (await client.send(
      new ListObjectsV2Command({ Bucket, ...(token && { ContinuationToken: token }) }),
    )) as never;
    for (const { Key } of page.Contents ?? []) keys.add(Key ?? '');
    token = page.NextContinuationToken;
  } while (token);
  return keys;
}

function sha256(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

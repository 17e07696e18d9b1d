import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { GetItemCommand, ListTablesCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DetectFacesCommand, ListCollectionsCommand, RekognitionClient } from '@aws-sdk/client-rekognition';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { PORTS } from '../../local/ports.js';
import { startTwin, type Twin } from '../../local/twin.js';
import { rejected } from '../contract/check.js';
import { dynamodbClient, s3Client } from '../contract/clients.js';
import { get, key, newTable, put } from '../contract/dynamodb-fixture.js';
import { people, photo } from '../support/photos.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { startTwinProcess } from './twin-process.js';

describe('The twin', () => {
  let twin: Twin;
  let directory: ReturnType<typeof temporaryDirectory>;

  before(async () => {
    directory = temporaryDirectory();
    twin = await startTwin({ dataDir: directory.path });
  });
  after(async () => {
    await twin?.close();
    directory.remove();
  });
  afterEach(() => twin.faults.reset());

  const clients = ({ endpoints, credentials }: Twin, other: Partial<Twin['credentials']> = {}) => {
    const pair = { ...credentials, ...other };
    return {
      dynamodb: dynamodbClient(endpoints.dynamodb, pair),
      s3: s3Client(endpoints.s3, pair),
      rekognition: new RekognitionClient({
        endpoint: endpoints.rekognition,
        region: 'us-east-1',
        credentials: pair,
        maxAttempts: 1,
      }),
    };
  };

  it('lets in its own key pair only, at every service', async () => {
    const own = clients(twin);
    await own.dynamodb.send(new ListTablesCommand({}));
    await own.s3.send(new ListBucketsCommand({}));
    await own.rekognition.send(new ListCollectionsCommand({}));
    const wrong = clients(twin, { secretAccessKey: 'wrong' });
    await rejected(wrong.dynamodb.send(new ListTablesCommand({})), 'InvalidSignatureException', 400);
    await rejected(wrong.s3.send(new ListBucketsCommand({})), 'SignatureDoesNotMatch', 403);
    await rejected(wrong.rekognition.send(new ListCollectionsCommand({})), 'InvalidSignatureException', 400);
    const unknown = clients(twin, { accessKeyId: 'AKIDOTHER' });
    await rejected(unknown.dynamodb.send(new ListTablesCommand({})), 'UnrecognizedClientException', 400);
    await rejected(unknown.s3.send(new ListBucketsCommand({})), 'InvalidAccessKeyId', 403);
  });

  it('shows Rekognition the objects of S3', async () => {
    const { s3, rekognition } = clients(twin);
    await s3.send(new CreateBucketCommand({ Bucket: 'selfies' }));
    const Body = photo(people.franck[0]);
    await s3.send(new PutObjectCommand({ Bucket: 'selfies', Key: 'a/b.jpg', Body }));
    const image = (Name: string) => ({ S3Object: { Bucket: 'selfies', Name } });
    const { FaceDetails } = await rekognition.send(new DetectFacesCommand({ Image: image('a/b.jpg') }));
    assert.equal(FaceDetails?.length, 1);
    const missing = rekognition.send(new DetectFacesCommand({ Image: image('a/c.jpg') }));
    await rejected(missing, 'InvalidS3ObjectException', 400);
  });

  it('fails before or after the effect, as told', async () => {
    const { dynamodb, s3 } = clients(twin);
    const TableName = await newTable(dynamodb);
    const throttled = { name: 'ProvisionedThroughputExceededException', status: 400, message: 'slow down' };
    twin.faults.addRule({
      service: 'dynamodb',
      operation: 'PutItem',
      when: 'before',
      error: throttled,
      times: 1,
    });
    await rejected(put(dynamodb, TableName, key('a', '1')), 'ProvisionedThroughputExceededException', 400);
    assert.equal(await get(dynamodb, TableName, key('a', '1')), undefined);
    await put(dynamodb, TableName, key('a', '1'));

    await s3.send(new CreateBucketCommand({ Bucket: 'lost-answers' }));
    const object = { Bucket: 'lost-answers', Key: 'k' };
    twin.faults.addRule({
      service: 's3',
      operation: 'PutObject',
      when: 'after',
      error: 'drop',
      times: 1,
    });
    const error = await s3.send(new PutObjectCommand({ ...object, Body: 'x' })).catch((reason) => reason);
    assert.match(`${error.code ?? error.name}`, /ECONNRESET|TimeoutError/);
    assert.equal(await (await s3.send(new GetObjectCommand(object))).Body?.transformToString(), 'x');
  });

  it('logs what it was asked, at its control port', async () => {
    const { dynamodb } = clients(twin);
    await rejected(
      dynamodb.send(new PutItemCommand({ TableName: 'nowhere', Item: key('needle', '1') })),
      'ResourceNotFoundException',
    );
    const response = await fetch(`${twin.endpoints.control}/requests?service=dynamodb&operation=PutItem`);
    const text = await response.text();
    assert.match(text, /needle/);
    assert.match(text, /ResourceNotFoundException/);
  });

  it('names the port that is taken and the variable to set, and leaves nothing behind', async () => {
    const taken = { s3: PORTS.s3, control: PORTS.twinControl } as const;
    await withTemporaryFiles(async (path) => {
      for (const name of ['s3', 'control'] as const) {
        const port = Number(new URL(twin.endpoints[name]).port);
        const message = new RegExp(`Port ${port} .*${taken[name].variable}`);
        await assert.rejects(startTwin({ ports: { [name]: port } }), message);
      }
      assert.deepEqual(readdirSync(path), []);
    });
  });

  it('does not share its data directory, with this process or another', async () => {
    const inUse = /in use by another twin/;
    await assert.rejects(startTwin({ dataDir: directory.path }), inUse);
    await assert.rejects(startTwinProcess(directory.path), inUse);
  });

  it('finds everything again after a restart', async () => {
    const { path, remove } = temporaryDirectory();
    const first = await startTwin({ dataDir: path });
    const TableName = await newTable(clients(first).dynamodb);
    await put(clients(first).dynamodb, TableName, key('a', '1'));
    await clients(first).s3.send(new CreateBucketCommand({ Bucket: 'kept' }));
    await clients(first).s3.send(new PutObjectCommand({ Bucket: 'kept', Key: 'k', Body: 'x' }));
    await first.close();
    const second = await startTwin({ dataDir: path });
    const { dynamodb, s3 } = clients(second);
    assert.ok((await dynamodb.send(new GetItemCommand({ TableName, Key: key('a', '1') }))).Item);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'kept', Key: 'k' }));
    assert.equal(await Body?.transformToString(), 'x');
    await second.close();
    remove();
  });

  it('removes its temporary data when it is closed', async () => {
    await withTemporaryFiles(async (path) => {
      const temporary = await startTwin();
      assert.equal(readdirSync(path).length, 1);
      await temporary.close();
      assert.deepEqual(readdirSync(path), []);
    });
  });

  it('says what is wrong with its environment', async () => {
    await assert.rejects(startTwinProcess(directory.path, { IDV_S3_PORT: 'many' }), /IDV_S3_PORT is "many"/);
    const half = { IDV_TWIN_SECRET_ACCESS_KEY: '' };
    await assert.rejects(startTwinProcess(directory.path, half), /both, or neither/);
  });
});

/** Runs `test` with a directory of its own for temporary files. */
async function withTemporaryFiles(test: (path: string) => Promise<void>): Promise<void> {
  const { path, remove } = temporaryDirectory();
  const { TMPDIR } = process.env;
  process.env.TMPDIR = path;
  try {
    await test(path);
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
    remove();
  }
}

import assert from 'node:assert/strict';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { DescribeCollectionCommand } from '@aws-sdk/client-rekognition';
import {
  CreateBucketCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  HeadBucketCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
} from '@aws-sdk/client-s3';
import { type SetupOnTwin, setupOnTwin } from '../../../support/setup-on-twin.js';

describe('idv setup', () => {
  let idv: SetupOnTwin;
  beforeEach(async () => {
    idv = await setupOnTwin();
  });
  afterEach(() => idv.close());

  it('makes everything, with a line for each part', async () => {
    const { complete, lines } = await idv.run();
    assert.ok(complete, lines.join('\n'));
    assert.deepEqual(lines, [
      'made    table idv',
      'made    table idv: time to live',
      'ok      table idv: point-in-time recovery', // which the twin does not have
      'made    bucket idv-photos',
      'made    bucket idv-photos: no public access',
      'ok      bucket idv-photos: encryption',
      'made    bucket idv-photos: versions',
      'made    bucket idv-photos: lifecycle',
      'made    bucket idv-photos: TLS only',
      'made    collections of default, live',
      'made    collections of default, test',
    ]);

    const { Table } = await idv.clients.dynamodb.send(new DescribeTableCommand({ TableName: 'idv' }));
    assert.equal(Table?.BillingModeSummary?.BillingMode, 'PAY_PER_REQUEST');
    assert.deepEqual(indexes(Table), {
      sessions: 'listKey,createdKey ALL ACTIVE',
      'user-sessions': 'subjectKey,createdKey ALL ACTIVE',
    });
    const ttl = await idv.clients.dynamodb.send(new DescribeTimeToLiveCommand({ TableName: 'idv' }));
    assert.equal(ttl.TimeToLiveDescription?.AttributeName, 'expires');
    for (const mode of ['live', 'test']) {
      for (const shard of ['s0', 's1']) {
        const CollectionId = `idv-default-${mode}-${shard}-g1`;
        await idv.clients.rekognition.send(new DescribeCollectionCommand({ CollectionId }));
      }
    }
  });

  it('changes nothing when run again', async () => {
    await idv.run();
    idv.changes();
    const { complete, lines } = await idv.run();
    assert.ok(complete);
    assert.ok(
      lines.every((line) => line.startsWith('ok ')),
      lines.join('\n'),
    );
    assert.deepEqual(idv.changes(), []);
  });

  it('may run several times at once', async () => {
    const all = await Promise.all([idv.run(), idv.run(), idv.run()]);
    for (const { complete, lines } of all) assert.ok(complete, lines.join('\n'));
    assert.ok((await idv.check()).complete);
  });

  it('goes on after a part that fails, and fails itself', async () => {
    idv.deny('s3', 'CreateBucket');
    const { complete, lines } = await idv.run();
    assert.equal(complete, false);
    assert.match(
      lines[3] as string,
      /^failed {2}bucket idv-photos: not allowed: grant s3:CreateBucket on arn:aws:s3:::idv-photos$/,
    );
    assert.match(lines.at(-1) as string, /^made {4}collections/);
  });

  it('waits out throttles and changes under way', async () => {
    idv.delay('rekognition', 'CreateCollection', 'ProvisionedThroughputExceededException');
    idv.delay('s3', 'PutBucketVersioning', 'OperationAborted');
    assert.ok((await idv.run()).complete);
  });

  it('refuses a table of another program', async () => {
    await idv.clients.dynamodb.send(
      new CreateTableCommand({
        TableName: 'idv',
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      }),
    );
    const { complete, lines } = await idv.run();
    assert.equal(complete, false);
    assert.match(lines[0] as string, /^failed {2}table idv: has the key id, not pk \+ sk: set IDV_TABLE/);
  });

  it('refuses a bucket of another region', async () => {
    await idv.clients.s3.send(
      new CreateBucketCommand({
        Bucket: 'idv-photos',
        CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
      }),
    );
    const { lines } = await idv.run();
    assert.match(
      lines[3] as string,
      /^failed {2}bucket idv-photos: is in eu-west-1, not us-east-1: set AWS_REGION/,
    );
  });

  it('makes the bucket in the region of the settings', async () => {
    assert.ok((await idv.run(idv.parts({ AWS_REGION: 'eu-west-1' }))).complete);
    const { BucketRegion } = await idv.clients.s3.send(new HeadBucketCommand({ Bucket: 'idv-photos' }));
    assert.equal(BucketRegion, 'eu-west-1');
  });

  it('leaves retired shards alone', async () => {
    const shards = [
      { id: 'a', status: 'full' as const },
      { id: 'b', status: 'retired' as const },
    ];
    await idv.run(idv.parts({ IDV_SHARDS: shards }));
    const describe = (shard: string) =>
      idv.clients.rekognition.send(
        new DescribeCollectionCommand({ CollectionId: `idv-default-live-${shard}-g1` }),
      );
    await describe('a');
    await assert.rejects(describe('b'), { name: 'ResourceNotFoundException' });
  });

  it('keeps rules and statements that others made', async () => {
    const Bucket = 'idv-photos';
    const other = {
      ID: 'archive',
      Status: 'Enabled' as const,
      Filter: { Prefix: 'a/' },
      Expiration: { Days: 1 },
    };
    const statement = {
      Sid: 'Audit',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:PutBucketPolicy',
      Resource: '*',
    };
    await idv.clients.s3.send(new CreateBucketCommand({ Bucket }));
    await idv.clients.s3.send(
      new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: [other] } }),
    );
    await idv.clients.s3.send(
      new PutBucketPolicyCommand({
        Bucket,
        Policy: JSON.stringify({ Version: '2012-10-17', Statement: statement }),
      }),
    );
    assert.ok((await idv.run()).complete);
    const { Rules } = await idv.clients.s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    assert.deepEqual(
      Rules?.map(({ ID }) => ID),
      ['archive', 'idv-incoming', 'idv-versions'],
    );
    const { Policy = '' } = await idv.clients.s3.send(new GetBucketPolicyCommand({ Bucket }));
    assert.deepEqual(
      JSON.parse(Policy).Statement.map(({ Sid }: { Sid: string }) => Sid),
      ['Audit', 'IdvTlsOnly'],
    );
  });

  it('allows plain HTTP where the endpoint is not real AWS', async () => {
    await idv.run(idv.parts({}, { tlsOnly: false }));
    const Bucket = 'idv-photos';
    await assert.rejects(idv.clients.s3.send(new GetBucketPolicyCommand({ Bucket })), {
      name: 'NoSuchBucketPolicy',
    });
  });

  it('encrypts with a KMS key where one is given, also what is there already', async () => {
    await idv.run();
    const withKey = idv.parts({ IDV_KMS_KEY: 'arn:aws:kms:us-east-1:111122223333:key/k1' });
    const { lines } = await idv.check(withKey, []);
    assert.deepEqual(
      lines.filter((line) => !line.startsWith('ok')),
      [
        'missing table idv: encryption with IDV_KMS_KEY: is with a key that AWS owns',
        'missing bucket idv-photos: encryption: is not with IDV_KMS_KEY',
      ],
    );
    assert.ok((await idv.run(withKey)).complete);
    assert.ok((await idv.check(withKey, [])).complete);
  });
});

function indexes(table: TableDescription | undefined): Record<string, string> {
  return Object.fromEntries(
    (table?.GlobalSecondaryIndexes ?? []).map(({ IndexName, KeySchema, Projection, IndexStatus }) => [
      IndexName,
      `${KeySchema?.map(({ AttributeName }) => AttributeName)} ${Projection?.ProjectionType} ${IndexStatus}`,
    ]),
  );
}

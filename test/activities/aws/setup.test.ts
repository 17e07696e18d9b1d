import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  ScanCommand,
  type TableDescription,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { DescribeCollectionCommand, ListFacesCommand, RekognitionClient } from '@aws-sdk/client-rekognition';
import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  HeadBucketCommand,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { AwsClients } from '../../../activities/aws/clients.js';
import { type AwsSettings, awsSettings } from '../../../activities/aws/settings.js';
import { awsParts } from '../../../activities/aws/setup/parts.js';
import { probes } from '../../../activities/aws/setup/probes.js';
import { tablePart } from '../../../activities/aws/setup/table.js';
import { checkSetup, runSetup } from '../../../cli/setup/run-setup.js';
import { tenantsOf } from '../../../cli/setup/tenants.js';
import { constantTimeEngine } from '../../../local/rekognition/engine/constant-time-engine.js';
import { startTwin, type Twin } from '../../../local/twin.js';

const COLLECTION = 'idv-default-live-s0-g1';

describe('idv setup', () => {
  let twin: Twin;
  let clients: AwsClients;
  const settings = awsSettings({});

  beforeEach(async () => {
    twin = await startTwin({ rekognition: { engine: constantTimeEngine() } });
    clients = clientsOf(twin);
  });
  afterEach(async () => {
    clients.destroy();
    await twin.close();
  });

  const parts = (changes: Partial<AwsSettings> = {}, { tlsOnly = true } = {}) =>
    awsParts(clients, { ...settings, ...changes }, { tenants: tenantsOf({}), tlsOnly });
  const run = async (given = parts()) => {
    const lines: string[] = [];
    const complete = await runSetup(given, (line) => lines.push(line));
    return { complete, lines };
  };
  const check = async (given = parts(), probed = probes(clients, settings, COLLECTION)) => {
    const lines: string[] = [];
    const complete = await checkSetup(given, probed, (line) => lines.push(line));
    return { complete, lines };
  };
  /** Operations that changed something. */
  const changes = () =>
    twin.faults
      .requests()
      .filter(({ operation }) => /^(Create|Put|Update|Delete|Tag|Index|Copy)/.test(operation))
      .map(({ operation }) => operation);

  it('makes everything, with a line for each part', async () => {
    const { complete, lines } = await run();
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

    const { Table } = await clients.dynamodb.send(new DescribeTableCommand({ TableName: 'idv' }));
    assert.equal(Table?.BillingModeSummary?.BillingMode, 'PAY_PER_REQUEST');
    assert.deepEqual(indexes(Table), {
      sessions: 'listKey,createdKey ALL ACTIVE',
      'user-sessions': 'subjectKey,createdKey ALL ACTIVE',
    });
    const ttl = await clients.dynamodb.send(new DescribeTimeToLiveCommand({ TableName: 'idv' }));
    assert.equal(ttl.TimeToLiveDescription?.AttributeName, 'expires');
    for (const mode of ['live', 'test']) {
      for (const shard of ['s0', 's1']) {
        const CollectionId = `idv-default-${mode}-${shard}-g1`;
        await clients.rekognition.send(new DescribeCollectionCommand({ CollectionId }));
      }
    }
  });

  it('changes nothing when run again', async () => {
    await run();
    twin.faults.clearRequests();
    const { complete, lines } = await run();
    assert.ok(complete);
    assert.ok(
      lines.every((line) => line.startsWith('ok ')),
      lines.join('\n'),
    );
    assert.deepEqual(changes(), []);
  });

  it('may run several times at once', async () => {
    const all = await Promise.all([run(), run(), run()]);
    for (const { complete, lines } of all) assert.ok(complete, lines.join('\n'));
    assert.ok((await check()).complete);
  });

  it('goes on after a part that fails, and fails itself', async () => {
    deny('s3', 'CreateBucket');
    const { complete, lines } = await run();
    assert.equal(complete, false);
    assert.match(
      lines[3] as string,
      /^failed {2}bucket idv-photos: not allowed: grant s3:CreateBucket on arn:aws:s3:::idv-photos$/,
    );
    assert.match(lines.at(-1) as string, /^made {4}collections/);
  });

  it('waits out throttles and changes under way', async () => {
    throttle('rekognition', 'CreateCollection', 'ProvisionedThroughputExceededException');
    throttle('s3', 'PutBucketVersioning', 'OperationAborted');
    assert.ok((await run()).complete);
  });

  it('refuses a table of another program', async () => {
    await clients.dynamodb.send(
      new CreateTableCommand({
        TableName: 'idv',
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      }),
    );
    const { complete, lines } = await run();
    assert.equal(complete, false);
    assert.match(lines[0] as string, /^failed {2}table idv: has the key id, not pk \+ sk: set IDV_TABLE/);
  });

  it('refuses a bucket of another region', async () => {
    await clients.s3.send(
      new CreateBucketCommand({
        Bucket: 'idv-photos',
        CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
      }),
    );
    const { lines } = await run();
    assert.match(
      lines[3] as string,
      /^failed {2}bucket idv-photos: is in eu-west-1, not us-east-1: set AWS_REGION/,
    );
  });

  it('makes the bucket in the region of the settings', async () => {
    assert.ok((await run(parts({ AWS_REGION: 'eu-west-1' }))).complete);
    const { BucketRegion } = await clients.s3.send(new HeadBucketCommand({ Bucket: 'idv-photos' }));
    assert.equal(BucketRegion, 'eu-west-1');
  });

  it('leaves retired shards alone', async () => {
    const shards = [
      { id: 'a', status: 'full' as const },
      { id: 'b', status: 'retired' as const },
    ];
    await run(parts({ IDV_SHARDS: shards }));
    const describe = (shard: string) =>
      clients.rekognition.send(
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
    await clients.s3.send(new CreateBucketCommand({ Bucket }));
    await clients.s3.send(
      new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: [other] } }),
    );
    await clients.s3.send(
      new PutBucketPolicyCommand({
        Bucket,
        Policy: JSON.stringify({ Version: '2012-10-17', Statement: statement }),
      }),
    );
    assert.ok((await run()).complete);
    const { Rules } = await clients.s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    assert.deepEqual(
      Rules?.map(({ ID }) => ID),
      ['archive', 'idv-incoming', 'idv-versions'],
    );
    const { Policy = '' } = await clients.s3.send(new GetBucketPolicyCommand({ Bucket }));
    assert.deepEqual(
      JSON.parse(Policy).Statement.map(({ Sid }: { Sid: string }) => Sid),
      ['Audit', 'IdvTlsOnly'],
    );
  });

  it('allows plain HTTP where the endpoint is not real AWS', async () => {
    await run(parts({}, { tlsOnly: false }));
    const Bucket = 'idv-photos';
    await assert.rejects(clients.s3.send(new GetBucketPolicyCommand({ Bucket })), {
      name: 'NoSuchBucketPolicy',
    });
  });

  it('encrypts with a KMS key where one is given, also what is there already', async () => {
    await run();
    const withKey = parts({ IDV_KMS_KEY: 'arn:aws:kms:us-east-1:111122223333:key/k1' });
    const { lines } = await check(withKey, []);
    assert.deepEqual(
      lines.filter((line) => !line.startsWith('ok')),
      [
        'missing table idv: encryption with IDV_KMS_KEY: is with a key that AWS owns',
        'missing bucket idv-photos: encryption: is not with IDV_KMS_KEY',
      ],
    );
    assert.ok((await run(withKey)).complete);
    assert.ok((await check(withKey, [])).complete);
  });

  describe('--check', () => {
    it('lists what is missing and makes nothing', async () => {
      const { complete, lines } = await check(parts(), []);
      assert.equal(complete, false);
      assert.deepEqual(lines, [
        'missing table idv: does not exist',
        'missing table idv: time to live: the table does not exist',
        'ok      table idv: point-in-time recovery',
        'missing bucket idv-photos: does not exist',
        ...['no public access', 'encryption', 'versions', 'lifecycle', 'TLS only'].map(
          (part) => `missing bucket idv-photos: ${part}: the bucket does not exist`,
        ),
        'missing collections of default, live: idv-default-live-s0-g1, idv-default-live-s1-g1 do not exist',
        'missing collections of default, test: idv-default-test-s0-g1, idv-default-test-s1-g1 do not exist',
      ]);
      assert.deepEqual(changes(), []);
    });

    it('says of permissions that cannot be told yet', async () => {
      const { complete, lines } = await check([]);
      assert.equal(complete, false);
      const told = lines.filter(
        (line) => !line.startsWith('unknown') && !/ rekognition:(Det|Comp)/.test(line),
      );
      assert.deepEqual(told, []);
    });

    it('lists what differs', async () => {
      await run();
      const Bucket = 'idv-photos';
      await clients.s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
      await clients.s3.send(
        new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } }),
      );
      const { complete, lines } = await check();
      assert.equal(complete, false);
      assert.deepEqual(
        lines.filter((line) => !line.startsWith('ok')),
        [
          'missing bucket idv-photos: no public access: lacks BlockPublicAcls, BlockPublicPolicy, IgnorePublicAcls, RestrictPublicBuckets',
          'missing bucket idv-photos: versions: are off',
        ],
      );
    });

    it('finds everything allowed, and leaves no row, no photo and no face behind', async () => {
      await run();
      const { complete, lines } = await check();
      assert.ok(complete, lines.join('\n'));
      const { Count } = await clients.dynamodb.send(new ScanCommand({ TableName: 'idv' }));
      assert.equal(Count, 0);
      const versions = await clients.s3.send(new ListObjectVersionsCommand({ Bucket: 'idv-photos' }));
      const markers = versions.DeleteMarkers?.filter(({ IsLatest }) => IsLatest).map(({ Key }) => Key);
      for (const { Key } of versions.Versions ?? [])
        assert.ok(markers?.includes(Key), `${Key} is still there`);
      const faces = await clients.rekognition.send(new ListFacesCommand({ CollectionId: COLLECTION }));
      assert.deepEqual(faces.Faces, []);
    });

    it('names the action to grant for every call that is refused', async () => {
      await run();
      const operations: [Service, string][] = [
        ...['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'].map(
          (name): [Service, string] => ['dynamodb', name],
        ),
        ...[
          'DetectFaces',
          'CompareFaces',
          'SearchFacesByImage',
          'SearchFaces',
          'IndexFaces',
          'DeleteFaces',
        ].map((name): [Service, string] => ['rekognition', name]),
      ];
      for (const [service, operation] of operations) deny(service, operation);
      const { complete, lines } = await check();
      assert.equal(complete, false);
      for (const [service, operation] of operations) {
        const action = `${service}:${operation}`;
        const refused = new RegExp(
          `^failed {2}${action} \\S+: not allowed: grant ${action} on (arn:.*|\\*)$`,
        );
        const found = lines.filter((line) => line.startsWith(`failed  ${action} `));
        for (const line of found) assert.match(line, refused);
        assert.ok(found.length > 0, `${action}\n${lines.join('\n')}`);
      }
      assert.match(lines.join('\n'), /^ok {6}s3:DeleteObject /m); // the photo is still removed
    });

    it('names the action that AWS names, where it is another one', async () => {
      await run();
      twin.faults.addRule({
        service: 's3',
        operation: 'PutObject',
        when: 'before',
        error: {
          name: 'AccessDenied',
          status: 403,
          message: 'User: x is not authorized to perform: kms:GenerateDataKey on resource: y',
        },
      });
      const { lines } = await check([]);
      assert.match(
        lines.join('\n'),
        /failed {2}s3:PutObject \S+: not allowed: grant kms:GenerateDataKey \(for s3:PutObject/,
      );
    });
  });

  type Service = 'dynamodb' | 's3' | 'rekognition';

  function deny(service: Service, operation: string): void {
    const name = service === 's3' ? 'AccessDenied' : 'AccessDeniedException';
    const error = { name, status: service === 's3' ? 403 : 400, message: 'Access Denied' };
    twin.faults.addRule({ service, operation, when: 'before', error });
  }

  function throttle(service: Service, operation: string, name: string): void {
    const error = { name, status: service === 's3' ? 409 : 400, message: 'later' };
    twin.faults.addRule({ service, operation, when: 'before', times: 2, error });
  }
});

describe('the documented IAM policies', () => {
  interface Statement {
    Action: string | string[];
    Resource: string | string[];
  }
  const policies: Record<string, { Statement: Statement[] }> = JSON.parse(
    readFileSync('docs/iam-policy.json', 'utf8'),
  );
  const actions = (policy: string) => (policies[policy]?.Statement ?? []).flatMap(({ Action }) => Action);

  it('grant the service what --check tests, on the resource that it names, and nothing else', () => {
    const settings = awsSettings({});
    const tested = probes({} as AwsClients, settings, COLLECTION);
    for (const { action, resource } of tested) {
      const granted = policies.service?.Statement.some(
        ({ Action, Resource }) =>
          [Action].flat().includes(action) && [Resource].flat().some((pattern) => covers(pattern, resource)),
      );
      assert.ok(granted, `${action} on ${resource}`);
    }
    const needed = new Set(tested.map(({ action }) => action));
    assert.deepEqual(
      actions('service').filter((action) => !needed.has(action)),
      [],
    );
  });

  it('grant setup and its check every other action that the code names, and nothing else', () => {
    const directory = 'activities/aws/setup';
    const code = readdirSync(directory)
      .filter((file) => !file.includes('probe'))
      .map((file) => readFileSync(join(directory, file), 'utf8'))
      .join();
    const named = new Set(
      [...code.matchAll(/call\(\s*'([\w-]+:\w+)'/g)].map(([, action]) => action as string),
    );
    named.add('rekognition:TagResource'); // API reference, CreateCollection: needed where tags are given
    assert.deepEqual([...actions('check'), ...actions('setup')].sort(), [...named].sort());
  });

  /** `pattern` of the file, with its placeholders, against an ARN of the code. */
  function covers(pattern: string, arn: string): boolean {
    const start = pattern.replace('REGION:ACCOUNT', 'us-east-1:*');
    return start === arn || (start.endsWith('*') && arn.startsWith(start.slice(0, -1)));
  }
});

describe('a table that lacks indexes', () => {
  it('gets them one at a time, each awaited, as DynamoDB wants it', async () => {
    const made: string[] = [];
    let building = 0;
    const send = async (command: DescribeTableCommand | UpdateTableCommand) => {
      if (command instanceof UpdateTableCommand) {
        assert.equal(building, 0, 'the one before is still being built');
        const [change, ...others] = command.input.GlobalSecondaryIndexUpdates ?? [];
        assert.deepEqual(others, []);
        made.push(change?.Create?.IndexName as string);
        building = 2;
        return {};
      }
      const status = building > 0 && building-- > 0 ? 'CREATING' : 'ACTIVE';
      const GlobalSecondaryIndexes = made.map((IndexName) => ({
        IndexName,
        IndexStatus: IndexName === made.at(-1) ? status : 'ACTIVE',
        KeySchema: [
          { AttributeName: IndexName === 'sessions' ? 'listKey' : 'subjectKey' },
          { AttributeName: 'createdKey' },
        ],
        Projection: { ProjectionType: 'ALL' },
      }));
      const KeySchema = [{ AttributeName: 'pk' }, { AttributeName: 'sk' }];
      return { Table: { TableStatus: 'ACTIVE', KeySchema, GlobalSecondaryIndexes } };
    };
    const part = tablePart({ send } as unknown as DynamoDBClient, awsSettings({}));
    assert.equal(await part.missing(), 'has no index sessions, user-sessions');
    await part.make();
    assert.deepEqual(made, ['sessions', 'user-sessions']);
    assert.equal(await part.missing(), undefined);
  });
});

describe('the tenants whose collections are made', () => {
  it('are both modes of every account with a key, and of the default one', () => {
    const keys = [
      { sha256: 'x', account: 'acme', mode: 'live' },
      { sha256: 'y', account: 'acme', mode: 'test' },
    ];
    assert.deepEqual(
      tenantsOf({ IDV_API_KEYS: JSON.stringify(keys) }).map(({ account, mode }) => `${account} ${mode}`),
      ['default live', 'default test', 'acme live', 'acme test'],
    );
    assert.throws(() => tenantsOf({ IDV_API_KEYS: '[{}]' }), /IDV_API_KEYS must be JSON/);
  });
});

function clientsOf({ endpoints, credentials }: Twin): AwsClients {
  const common = { region: 'us-east-1', credentials, maxAttempts: 1 };
  const dynamodb = new DynamoDBClient({ ...common, endpoint: endpoints.dynamodb });
  const rekognition = new RekognitionClient({ ...common, endpoint: endpoints.rekognition });
  const s3 = new S3Client({ ...common, endpoint: endpoints.s3, forcePathStyle: true });
  return {
    dynamodb,
    rekognition,
    s3,
    destroy() {
      for (const client of [dynamodb, rekognition, s3]) client.destroy();
    },
  };
}

function indexes(table: TableDescription | undefined): Record<string, string> {
  return Object.fromEntries(
    (table?.GlobalSecondaryIndexes ?? []).map(({ IndexName, KeySchema, Projection, IndexStatus }) => [
      IndexName,
      `${KeySchema?.map(({ AttributeName }) => AttributeName)} ${Projection?.ProjectionType} ${IndexStatus}`,
    ]),
  );
}

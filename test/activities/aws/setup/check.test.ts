import assert from 'node:assert/strict';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { ListFacesCommand } from '@aws-sdk/client-rekognition';
import {
  DeletePublicAccessBlockCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
} from '@aws-sdk/client-s3';
import { COLLECTION, type Service, type SetupOnTwin, setupOnTwin } from '../../../support/setup-on-twin.js';

describe('idv setup --check', () => {
  let idv: SetupOnTwin;
  beforeEach(async () => {
    idv = await setupOnTwin();
  });
  afterEach(() => idv.close());

  it('lists what is missing and makes nothing', async () => {
    const { complete, lines } = await idv.check(idv.parts(), []);
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
    assert.deepEqual(idv.changes(), []);
  });

  it('says of permissions that cannot be told yet', async () => {
    const { complete, lines } = await idv.check([]);
    assert.equal(complete, false);
    const needNothing = / (rekognition:(Detect|Compare|\w+FaceLiveness)|textract:)/;
    const told = lines.filter((line) => !line.startsWith('unknown') && !needNothing.test(line));
    assert.deepEqual(told, []);
  });

  it('lists what differs', async () => {
    await idv.run();
    const Bucket = 'idv-photos';
    await idv.clients.s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
    await idv.clients.s3.send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } }),
    );
    const { complete, lines } = await idv.check();
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
    await idv.run();
    const { complete, lines } = await idv.check();
    assert.ok(complete, lines.join('\n'));
    const { Count } = await idv.clients.dynamodb.send(new ScanCommand({ TableName: 'idv' }));
    assert.equal(Count, 0);
    const versions = await idv.clients.s3.send(new ListObjectVersionsCommand({ Bucket: 'idv-photos' }));
    assert.deepEqual([...(versions.Versions ?? []), ...(versions.DeleteMarkers ?? [])], []);
    const faces = await idv.clients.rekognition.send(new ListFacesCommand({ CollectionId: COLLECTION }));
    assert.deepEqual(faces.Faces, []);
  });

  it('names the action to grant for every call that is refused', async () => {
    await idv.run();
    const operations: [Service, string][] = [
      ...[
        'GetItem',
        'BatchGetItem',
        'BatchWriteItem',
        'Query',
        'Scan',
        'PutItem',
        'UpdateItem',
        'DeleteItem',
      ].map((name): [Service, string] => ['dynamodb', name]),
      ...[
        'DetectFaces',
        'DetectText',
        'CompareFaces',
        'SearchFacesByImage',
        'SearchFaces',
        'ListFaces',
        'IndexFaces',
        'DeleteFaces',
      ].map((name): [Service, string] => ['rekognition', name]),
      ['textract', 'AnalyzeID'],
    ];
    for (const [service, operation] of operations) idv.deny(service, operation);
    const { complete, lines } = await idv.check();
    assert.equal(complete, false);
    for (const [service, operation] of operations) {
      const action = `${service}:${operation}`;
      const refused = new RegExp(`^failed {2}${action} \\S+: not allowed: grant ${action} on (arn:.*|\\*)$`);
      const found = lines.filter((line) => line.startsWith(`failed  ${action} `));
      for (const line of found) assert.match(line, refused);
      assert.ok(found.length > 0, `${action}\n${lines.join('\n')}`);
    }
    assert.match(lines.join('\n'), /^ok {6}s3:DeleteObject /m); // the photo is still removed
  });

  it('names the action that AWS names, where it is another one', async () => {
    await idv.run();
    idv.deny('s3', 'PutObject', 'User: x is not authorized to perform: kms:GenerateDataKey on resource: y');
    const { lines } = await idv.check([]);
    assert.match(
      lines.join('\n'),
      /failed {2}s3:PutObject \S+: not allowed: grant kms:GenerateDataKey \(for s3:PutObject/,
    );
  });
});

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { createFaults } from '../../../local/faults.js';
import { type Listening, listen } from '../../../local/http/listen.js';
import { createS3, type S3 } from '../../../local/s3/server.js';
import { openStore } from '../../../local/s3/store.js';
import { rejected } from '../../contract/check.js';
import { s3Client } from '../../contract/clients.js';
import { newBucket, presign, put, text } from '../../contract/s3-fixture.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' };

describe("The twin's S3", () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  let service: S3;
  let listening: Listening;
  let client: S3Client;

  before(async () => {
    directory = temporaryDirectory();
    service = await createS3({ directory: directory.path, credentials, faults: createFaults() });
    listening = await listen(service.handler, { port: 0, owner: 'a test', variable: 'NONE' });
    client = s3Client(listening.url, credentials);
  });
  after(async () => {
    await listening?.close();
    await service?.close();
    directory.remove();
  });

  it('never fails a read that races overwrites, nor mixes two contents', async () => {
    const object = { Bucket: await newBucket(client), Key: 'raced' };
    const content = (n: number) => 'abc'.charAt(n % 3).repeat(150_000);
    const contents = [0, 1, 2].map(content);
    await put(client, { ...object, Body: content(0) });
    let writing = true;
    const write = async () => {
      for (let i = 1; i <= 25; i++) await put(client, { ...object, Body: content(i) });
      writing = false;
    };
    let reads = 0;
    const read = async () => {
      while (writing) {
        assert.ok(contents.includes((await text(client, object)) ?? ''));
        reads++;
      }
    };
    await Promise.all([write(), read(), read(), read()]);
    assert.ok(reads > 3);
  });

  it('lets a reader finish an object that is deleted meanwhile', async () => {
    const object = { Bucket: await newBucket(client), Key: 'large' };
    const Body = Buffer.alloc(8_000_000, 'x');
    await put(client, { ...object, Body });
    const found = await client.send(new GetObjectCommand(object));
    await client.send(new DeleteObjectCommand(object));
    assert.equal((await found.Body?.transformToByteArray())?.length, Body.length);
  });

  it('keeps no content that nothing refers to: overwritten, deleted, refused', async () => {
    const { path, remove } = temporaryDirectory();
    const own = await createS3({ directory: path, credentials, faults: createFaults() });
    const server = await listen(own.handler, { port: 0, owner: 'a test', variable: 'NONE' });
    const s3 = s3Client(server.url, credentials);
    const object = { Bucket: await newBucket(s3), Key: 'k' };
    await put(s3, { ...object, Body: '1' });
    await put(s3, { ...object, Body: '2' });
    await rejected(put(s3, { ...object, Body: '3', IfNoneMatch: '*' }), 'PreconditionFailed');
    await rejected(put(s3, { Bucket: 'no-such-bucket', Key: 'k', Body: '4' }), 'NoSuchBucket');
    assert.equal((await files(join(path, 'blobs'))).length, 1);
    await s3.send(new DeleteObjectCommand(object));
    assert.deepEqual(await files(join(path, 'blobs')), []);
    await server.close();
    await own.close();

    const store = await openStore(path); // as a process that is killed after it wrote a content
    await store.blobs.write(Buffer.from('nobody refers to it'));
    assert.equal((await files(join(path, 'blobs'))).length, 1);
    await store.close();
    await (await openStore(path)).close();
    assert.deepEqual(await files(join(path, 'blobs')), []);
    remove();
  });

  it('is read from inside the twin without a request', async () => {
    const object = { Bucket: await newBucket(client), Key: 'a//b' };
    await put(client, { ...object, Body: 'photo' });
    const read = { bucket: object.Bucket, key: object.Key };
    assert.equal((await service.readObject(read)).toString(), 'photo');
    await assert.rejects(service.readObject({ ...read, key: 'none' }), { name: 'NoSuchKey' });
    await assert.rejects(service.readObject({ ...read, version: 'none' }), { name: 'NoSuchVersion' });
  });

  it('encrypts as the bucket says where the request says nothing', async () => {
    const Bucket = await newBucket(client);
    await put(client, { Bucket, Key: 'before', Body: 'x' });
    const rule = { SSEAlgorithm: 'aws:kms' as const, KMSMasterKeyID: 'key-1' };
    const ServerSideEncryptionConfiguration = { Rules: [{ ApplyServerSideEncryptionByDefault: rule }] };
    await client.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }));
    await put(client, { Bucket, Key: 'after', Body: 'x' });
    const encryption = async (Key: string) => {
      const head = await client.send(new HeadObjectCommand({ Bucket, Key }));
      return [head.ServerSideEncryption, head.SSEKMSKeyId];
    };
    assert.deepEqual(await encryption('before'), ['AES256', undefined]);
    assert.deepEqual(await encryption('after'), ['aws:kms', 'key-1']);
  });

  it('refuses a presigned PUT that carries the checksum of no body, which real S3 may refuse too', async () => {
    const object = { Bucket: await newBucket(client), Key: 'k' };
    const query = { 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-sdk-checksum-algorithm': 'CRC32' };
    const url = await presign(client, { method: 'PUT', ...object, query });
    const response = await fetch(url, { method: 'PUT', body: 'photo' });
    assert.equal(response.status, 400);
    assert.match(await response.text(), /BadDigest/);
  });

  it('says NotImplemented to what it has not, and does nothing else instead', async () => {
    const Bucket = await newBucket(client);
    await put(client, { Bucket, Key: 'k', Body: 'x' });
    const { origin } = new URL(listening.url);
    for (const target of [`${Bucket}?acl`, `${Bucket}/k?retention`, `${Bucket}?replication`]) {
      for (const method of ['GET', 'PUT', 'DELETE']) {
        const headers = await signed(client, method, `/${target}`);
        const response = await fetch(`${origin}/${target}`, { method, headers });
        assert.equal(response.status, 501, `${method} ${target}`);
        assert.match(await response.text(), /<Code>NotImplemented<\/Code>/);
      }
    }
    assert.equal(await text(client, { Bucket, Key: 'k' }), 'x');
    const locked = new CreateBucketCommand({ Bucket: 'locked', ObjectLockEnabledForBucket: true });
    await rejected(client.send(locked), 'NotImplemented', 501);
    const secret = { SSECustomerAlgorithm: 'AES256', SSECustomerKey: Buffer.alloc(32).toString('base64') };
    const own = new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ...secret });
    await rejected(client.send(own), 'NotImplemented', 501);
    await rejected(
      put(client, { Bucket, Key: 'k', Body: 'x', ACL: 'public-read' }),
      'AccessControlListNotSupported',
    );
  });

  it('answers nonsense with a 4xx', async () => {
    const Bucket = await newBucket(client);
    await put(client, { Bucket, Key: 'k', Body: 'x' });
    const { origin } = new URL(listening.url);
    const nonsense: [method: string, target: string, headers?: Record<string, string>, body?: string][] = [
      ['GET', `${Bucket}?list-type=2&max-keys=many`],
      ['GET', `${Bucket}?list-type=2&max-keys=-1`],
      ['GET', `${Bucket}?versions=&key-marker=k&version-id-marker=none`],
      ['GET', `${Bucket}/k?versionId=none`],
      ['GET', `${Bucket}/k?uploadId=none`],
      ['PUT', `${Bucket}/k?uploadId=none&partNumber=1`],
      ['POST', `${Bucket}/k`],
      ['DELETE', ''],
      ['PATCH', `${Bucket}/k`],
      ['PUT', `${Bucket}?versioning=`, {}, '<Versioning'],
      [
        'PUT',
        `${Bucket}?versioning=`,
        {},
        '<VersioningConfiguration><Status>On</Status></VersioningConfiguration>',
      ],
      ['PUT', `${Bucket}?cors=`, {}, 'no xml'],
      ['PUT', `${Bucket}?policy=`, {}, 'no json'],
      ['PUT', `${Bucket}/k?tagging=`, {}, '<Tagging><TagSet><Tag><Key></Key></Tag></TagSet></Tagging>'],
      ['POST', `${Bucket}?delete=`, {}, '<Delete/>'],
      ['PUT', `${Bucket}/k2`, { 'x-amz-copy-source': '%zz' }],
      ['PUT', `${Bucket}/k2`, { 'x-amz-copy-source': `no-such-bucket/k` }],
      ['PUT', `${Bucket}/k`, { 'x-amz-copy-source': `${Bucket}/k` }],
      ['PUT', `${Bucket}/k`, { 'x-amz-tagging': 'a=1&a=2' }],
      ['PUT', `${Bucket}/k`, { 'x-amz-server-side-encryption': 'rot13' }],
      ['PUT', `${Bucket}/k`, { 'if-none-match': '"etag"' }],
      ['PUT', `${Bucket}/k`, { 'x-amz-checksum-crc32': 'nonsense' }],
    ];
    for (const [method, target, more = {}, body] of nonsense) {
      const headers = await signed(client, method, `/${target}`, more, body);
      const response = await fetch(`${origin}/${target}`, { method, headers, ...(body && { body }) });
      const answer = await response.text();
      assert.match(String(response.status), /^4\d\d$|^501$/, `${method} ${target}: ${answer}`);
      assert.match(answer, /<Code>\w+<\/Code>/);
    }
    const malformed = await fetch(`${origin}/${Bucket}/%zz`);
    assert.equal(malformed.status, 400);
    assert.match(await malformed.text(), /InvalidURI/);
    assert.equal(await text(client, { Bucket, Key: 'k' }), 'x');
  });

  it('tells who signs with version 2 to use version 4', async () => {
    const response = await fetch(
      `${listening.url}/b/k?AWSAccessKeyId=AKIDTEST&Signature=abc&Expires=9999999999`,
    );
    assert.equal(response.status, 400);
    assert.match(await response.text(), /Please use AWS4-HMAC-SHA256/);
  });
});

/** Files below `directory`. */
async function files(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

/** Headers of a request, signed by the SDK's signer. */
async function signed(
  client: S3Client,
  method: string,
  target: string,
  more: Record<string, string> = {},
  body?: string,
): Promise<Record<string, string>> {
  const endpoint = await client.config.endpoint?.();
  const [path, query = ''] = target.split('?');
  const signer = await client.config.signer();
  const { headers } = await signer.sign({
    method,
    protocol: 'http:',
    hostname: endpoint?.hostname,
    path,
    query: Object.fromEntries(new URLSearchParams(query)),
    headers: { host: `${endpoint?.hostname}:${endpoint?.port}`, ...more },
    body,
  } as never);
  return headers;
}

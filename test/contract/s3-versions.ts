import assert from 'node:assert/strict';
import {
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  PutBucketVersioningCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { type Check, rejected } from './check.js';
import { API, GUIDE, newBucket, put, text } from './s3-fixture.js';

export const versionChecks: Check<S3Client>[] = [
  {
    name: 'keeps every version of an object once versioning is on',
    page: `${GUIDE}/Versioning.html`,
    async run(client) {
      const key = { Bucket: await newBucket(client), Key: 'photo' };
      const { Bucket } = key;
      assert.equal((await client.send(new GetBucketVersioningCommand({ Bucket }))).Status, undefined);
      await put(client, { ...key, Body: 'before' });
      await version(client, Bucket, 'Enabled');
      assert.equal((await client.send(new GetBucketVersioningCommand({ Bucket }))).Status, 'Enabled');
      const first = await put(client, { ...key, Body: 'first' });
      const second = await put(client, { ...key, Body: 'second' });
      assert.ok(first.VersionId && second.VersionId && first.VersionId !== second.VersionId);
      assert.equal(await text(client, key), 'second');
      assert.equal(await text(client, { ...key, VersionId: first.VersionId }), 'first');
      assert.equal(await text(client, { ...key, VersionId: 'null' }), 'before');
      assert.deepEqual(await versions(client, Bucket), [
        ['photo', second.VersionId, true],
        ['photo', first.VersionId, false],
        ['photo', 'null', false],
      ]);
    },
  },
  {
    name: 'deletes by a marker, and brings back what was deleted when the marker goes',
    page: `${GUIDE}/DeleteMarker.html`,
    async run(client) {
      const { key, Bucket } = await versioned(client);
      await put(client, { ...key, Body: 'kept' });
      const deleted = await client.send(new DeleteObjectCommand(key));
      assert.equal(deleted.DeleteMarker, true);
      const gone = await rejected(client.send(new GetObjectCommand(key)), 'NoSuchKey', 404);
      const { headers } = gone.$response as { headers: Record<string, string> };
      assert.equal(headers['x-amz-delete-marker'], 'true');
      assert.equal((await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount, 0);
      const marker = { ...key, VersionId: deleted.VersionId };
      await rejected(client.send(new GetObjectCommand(marker)), 'MethodNotAllowed', 405);
      await client.send(new DeleteObjectCommand(marker));
      assert.equal(await text(client, key), 'kept');
    },
  },
  {
    name: 'deletes a version for good',
    page: `${GUIDE}/DeletingObjectVersions.html`,
    async run(client) {
      const { key, Bucket } = await versioned(client);
      const first = await put(client, { ...key, Body: 'first' });
      const second = await put(client, { ...key, Body: 'second' });
      await client.send(new DeleteObjectCommand({ ...key, VersionId: second.VersionId }));
      assert.equal(await text(client, key), 'first');
      const missing = { ...key, VersionId: second.VersionId };
      await rejected(client.send(new GetObjectCommand(missing)), 'NoSuchVersion', 404);
      const Objects = [{ Key: key.Key, VersionId: first.VersionId }];
      await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
      assert.deepEqual(await versions(client, Bucket), []);
      await client.send(new DeleteBucketCommand({ Bucket }));
    },
  },
  {
    name: 'does not delete a bucket that holds old versions',
    page: `${API}/API_DeleteBucket.html`,
    async run(client) {
      const { key, Bucket } = await versioned(client);
      await put(client, { ...key, Body: 'x' });
      await client.send(new DeleteObjectCommand(key));
      await rejected(client.send(new DeleteBucketCommand({ Bucket })), 'BucketNotEmpty', 409);
    },
  },
  {
    name: 'overwrites the null version when versioning is suspended',
    page: `${GUIDE}/VersionSuspendedBehavior.html`,
    async run(client) {
      const { key, Bucket } = await versioned(client);
      const old = await put(client, { ...key, Body: 'old' });
      await version(client, Bucket, 'Suspended');
      await put(client, { ...key, Body: 'one' });
      await put(client, { ...key, Body: 'two' });
      assert.deepEqual(await versions(client, Bucket), [
        ['photo', 'null', true],
        ['photo', old.VersionId, false],
      ]);
      await client.send(new DeleteObjectCommand(key));
      await rejected(client.send(new HeadObjectCommand(key)), 'NotFound', 404);
      assert.equal(await text(client, { ...key, VersionId: old.VersionId }), 'old');
    },
  },
  {
    name: 'lists versions page by page',
    page: `${API}/API_ListObjectVersions.html`,
    async run(client) {
      const { Bucket } = await versioned(client);
      const expected: string[] = [];
      for (const Key of ['a', 'b/1', 'b/2', 'c']) {
        const ids = [];
        for (const Body of ['1', '2', '3']) ids.unshift((await put(client, { Bucket, Key, Body })).VersionId);
        expected.push(...ids.map((id) => `${Key} ${id}`));
      }
      for (const MaxKeys of [1000, 1, 2, 5]) {
        const found = await versions(client, Bucket, MaxKeys);
        assert.deepEqual(
          found.map(([Key, id]) => `${Key} ${id}`),
          expected,
          `MaxKeys ${MaxKeys}`,
        );
        assert.equal(found.filter(([, , latest]) => latest).length, 4);
      }
    },
  },
];

async function versioned(
  client: S3Client,
): Promise<{ key: { Bucket: string; Key: string }; Bucket: string }> {
  const Bucket = await newBucket(client);
  await version(client, Bucket, 'Enabled');
  return { key: { Bucket, Key: 'photo' }, Bucket };
}

async function version(client: S3Client, Bucket: string, Status: 'Enabled' | 'Suspended'): Promise<void> {
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
}

/** Key, version and whether it is the latest, over all pages; markers are left out. */
async function versions(
  client: S3Client,
  Bucket: string,
  MaxKeys = 1000,
): Promise<[key: string | undefined, versionId: string | undefined, latest: boolean | undefined][]> {
  const found: Awaited<ReturnType<typeof versions>> = [];
  let next: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
  while (next) {
    const page: ListObjectVersionsCommandOutput = await client.send(
      new ListObjectVersionsCommand({ Bucket, MaxKeys, ...next }),
    );
    found.push(
      ...(page.Versions ?? []).map(
        ({ Key, VersionId, IsLatest }) => [Key, VersionId, IsLatest] as (typeof found)[number],
      ),
    );
    next = page.IsTruncated
      ? {
          ...(page.NextKeyMarker !== undefined && { KeyMarker: page.NextKeyMarker }),
          ...(page.NextVersionIdMarker !== undefined && { VersionIdMarker: page.NextVersionIdMarker }),
        }
      : undefined;
  }
  return found;
}
